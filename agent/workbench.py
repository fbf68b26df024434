"""The workbench: what is loaded in one conversation, and where its results go. It never enters graph state."""

import threading
from typing import TYPE_CHECKING

from agent.active_edits import ActiveEdits
from agent.data_on_bench import DataOnBench
from agent.endpoint import endpoint_of
from agent.last_looked_at import last_card, last_feature
from agent.planner.plan import LastEdit, SessionView
from agent.settings import Settings
from agent.shelf import Loan
from agent.training import TrainingRun
from sessions.context import Context, ContextKind
from sessions.store import Store
from tools.errors import ModelError, UserError
from tools.progress import Report, silent

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from tools.data.data_set import DataSet
    from tools.fanned_suites import MeasuredElsewhere
    from tools.models.language_model import LanguageModel
    from tools.models.remote import RemoteModel
    from tools.sae.load import LoadedSae

EMBEDDED_MODEL = "embedded"
DEMO_SAE = "demo"
"""The SAE of the embedded model."""
ROOM = 1.5
"""Times the loaded model's size that has to be free for a second one beside it."""


class Workbench(DataOnBench):
    """Holds the model under inspection with its edits, its SAE (both loaded at first use), store and session."""

    def __init__(self, settings: Settings, store: Store, session_id: str) -> None:
        self.settings = settings
        self.store = store
        self.session_id = session_id
        self.request = ""
        """The user's words that are being answered; stored on the cards."""
        self.request_key = ""
        """Names this request in the store, so that an interrupted run is found again."""
        self.last_feature: int | None = last_feature(store, session_id)
        """The SAE feature last looked at: what "that feature" means."""
        self.edits = ActiveEdits(store, session_id, settings.store_folder)
        """The session's committed weight edits."""
        self.training: TrainingRun | None = None
        """The training run under inspection, if one is."""
        if settings.checkpoints is not None:
            self.training = TrainingRun(settings.checkpoints, settings.step)
        self.llm = endpoint_of(settings)
        """The LLM endpoint, where one is configured; nothing is sent to it before it is asked."""
        self.loan = Loan()
        """Where a model and an SAE for this bench come from: loaded for it alone, or from a shelf."""
        self._model: LanguageModel | RemoteModel | None = None
        self._sae: LoadedSae | None = None
        self._data: DataSet | None = None
        self._loading = threading.RLock()

    def model(self, report: Report = silent) -> "LanguageModel":
        """The loaded model, as `subject`, where its weights are here. Raises ModelError."""
        subject = self.subject(report)
        if not has_weights(subject):
            raise ModelError(
                f"{subject.name} is measured over the network, and this needs its weights.",
                "Load them here: `/model` with a hub id, a folder or a GGUF file.",
            )
        return subject

    def subject(self, report: Report = silent) -> "LanguageModel | RemoteModel":
        """What is measured: the loaded model with the session's edits, or a remote one.

        Loads (or connects to) the one named in the settings at first use. Raises ModelError.
        """
        with self._loading:
            if self._model is None:
                self._model = (
                    self._own(self.settings.model, report)
                    if self.training is None
                    else self._own_checkpoint(self.training, self.training.step, report)
                )
            if has_weights(self._model):
                self.edits.sync(self._model)
            return self._model

    def put_back(self) -> None:
        """Let go of what is loaded between two requests; it, and the edits, are here again at their next use.

        A shelf gets the model without the session's edits, proven by hash, or not at all.
        """
        with self._loading:
            try:
                self.edits.take_off()
            except UserError:  # the weights are in doubt, which the shelf finds too
                self.edits.unload()
            self._model = self._sae = self._data = None
            self.loan.end()

    def _own(self, name: str, report: Report) -> "LanguageModel | RemoteModel":
        return self.loan.model(self.settings, name, lambda: self.load(name, report))

    def _own_checkpoint(self, training: TrainingRun, step: int, report: Report) -> "LanguageModel":
        return self.loan.checkpoint(
            self.settings, training.name, step, lambda: training.load(step, self.settings, report)
        )

    def load(self, name: str, report: Report = silent) -> "LanguageModel | RemoteModel":
        """Load a model, or connect to a remote one, without putting it on the bench. Raises ModelError."""
        from tools.models.load import load_model
        from tools.models.remote import connect, is_address

        if is_address(name):
            key = self.settings.subject_api_key
            return connect(
                name,
                key=key.get_secret_value() if key else None,
                timeout_s=self.settings.subject_timeout_s,
                report=report,
            )
        return load_model(
            name,
            revision=self.settings.revision if name == self.settings.model else None,
            dtype=self.settings.dtype,
            device=self.settings.device,
            trust_remote_code=self.settings.trust_remote_code,
            report=report,
        )

    def at_step(self, step: int, report: Report = silent) -> "LanguageModel":
        """The model at a step of the training run: the loaded one, or another that is not put on the bench.

        Raises ModelError.
        """
        if self.training is None:
            raise ModelError(
                f"No checkpoints are loaded, so there is no step {step}.",
                "Load their folder: load the checkpoints in FOLDER, or start with --checkpoints FOLDER.",
            )
        if step == self.training.step:
            return self.model(report)
        self.make_room()
        return self.training.load(step, self.settings, report)

    def use_training(self, training: TrainingRun, step: int, report: Report = silent) -> "LanguageModel":
        """Make a step of a training run the model under inspection; what was loaded stays if that fails."""
        model = self._own_checkpoint(training, step, report)
        with self._loading:
            self.edits.end(f"step {step} was loaded")
            self._model = model
            self.last_feature = None
            if self.settings.sae is None:
                self._sae = None
            training.step = step
            self.training = training
        self.store.remember_loaded(self.session_id, {"checkpoints": training.source, "step": step})
        return model

    def step_of(self, model: "LanguageModel | RemoteModel | MeasuredElsewhere") -> int | None:
        """The training step of the loaded model; None for any other."""
        return self.training.step if self.training is not None and model is self._model else None

    def make_room(self) -> None:
        """Let go of the loaded model where a second one has no place in memory; it loads again when asked for.

        Only on the CPU: there is no telling how much of an accelerator's memory other processes will want.
        """
        import psutil

        with self._loading:
            if self._model is None or not has_weights(self._model) or self._model.device.type != "cpu":
                return
            size = sum(each.nbytes for each in self._model.model.parameters())
            if psutil.virtual_memory().available < ROOM * size:
                self.edits.unload()
                self.loan.forget(self._model)
                self._model = None

    def use(self, name: str, report: Report = silent) -> "LanguageModel | RemoteModel":
        """Load a model and make it the one under inspection; the old one stays if that fails.

        The session's edits were on the old one: they end, and `edits.notices` says so.
        """
        model = self._own(name, report)
        with self._loading:
            self.edits.end(f"{model.name} was loaded")
            self._model = model
            self.training = None
            self.last_feature = None
            if self.settings.sae is None:
                self._sae = None  # it was the old model's own
        self.settings = self.settings.model_copy(update={"model": name, "revision": None})
        self.store.remember_loaded(self.session_id, {"model": name, "checkpoints": None, "step": None})
        return model

    def sae(self, report: Report = silent) -> "LoadedSae":
        """The loaded SAE, which fits the loaded model; loads the one named in the settings at first use.

        Raises ModelError where none is named, it cannot be loaded, or it does not fit.
        """
        from tools.sae.load import check_fits

        with self._loading:
            model = self.model(report)
            if self._sae is None:
                self._sae = self._load_sae(self._sae_name(), model, report)
            check_fits(self._sae, model)  # the model may have been changed since
            return self._sae

    def use_sae(self, name: str, report: Report = silent) -> "LoadedSae":
        """Load an SAE for the model on the bench; the old one stays if that fails. Raises ModelError."""
        from tools.sae.load import check_fits

        model = self.model(report)
        sae = self._load_sae(name, model, report)
        check_fits(sae, model)
        with self._loading:
            self._sae = sae
            self.last_feature = None
        self.settings = self.settings.model_copy(update={"sae": name})
        self.store.remember_loaded(self.session_id, {"sae": name})
        return sae

    def _load_sae(self, name: str, model: "LanguageModel", report: Report) -> "LoadedSae":
        from tools.sae.load import load_sae

        device = str(model.device)
        return self.loan.shared(name, device, lambda: load_sae(name, device=device, report=report))

    def _sae_name(self) -> str:
        if self.settings.sae is not None:
            return self.settings.sae
        if self.settings.model == EMBEDDED_MODEL:
            return DEMO_SAE
        raise ModelError(
            f"No SAE is loaded for {self.model_name}.",
            "Load one: `/sae FOLDER` or `/sae RELEASE/SAE_ID`, or start with --sae.",
        )

    @property
    def context_kind(self) -> ContextKind:
        """What kind of thing is being looked at."""
        if self.training is not None:
            return "training_monitor"
        return "model_inspection" if self.settings.data is None else "data_inspection"

    @property
    def model_name(self) -> str:
        """The loaded model's name, or the name of the one that will be loaded."""
        return self._model.name if self._model is not None else self.settings.model

    def context(
        self, model: "LanguageModel | RemoteModel | MeasuredElsewhere | None" = None, step: int | None = None
    ) -> Context:
        """What is loaded right now, as cards record it; `step`: where a model off the bench stands in training."""
        from tools.models.remote import RemoteModel

        subject = model or self.subject()
        return Context(
            # With a data set loaded as well, a card about the model is still about the model.
            kind="training_monitor" if self.training is not None else "model_inspection",
            model=subject.name,
            weights_hash=subject.weights_hash,
            dtype=None if isinstance(subject, RemoteModel) else str(subject.dtype).removeprefix("torch."),
            device=None if isinstance(subject, RemoteModel) else str(subject.device),
            step=self.step_of(subject) if step is None else step,
            edits=self.edits.statements if subject is self._model else (),
            sae=self._sae.name if self._sae is not None else None,
            feature=self.last_feature if self._sae is not None else None,
        )

    def view(self) -> SessionView:
        """What a planner may know of this session."""
        edit = self.edits.last
        return SessionView(
            context=self.context_kind,
            model=self.model_name,
            step=self.training.step if self.training else None,
            steps=self.training.steps if self.training else [],
            columns=self.columns(),
            last_card=last_card(self.store, self.session_id),
            last_feature=self.last_feature,
            last_edit=edit and LastEdit(subject=edit.subject, prompt=edit.prompt, target=edit.target),
        )


def has_weights(subject: "LanguageModel | RemoteModel | MeasuredElsewhere") -> "TypeIs[LanguageModel]":
    """Whether a model's weights are here, or it is measured over the network or by a worker."""
    from tools.fanned_suites import MeasuredElsewhere
    from tools.models.remote import RemoteModel

    return not isinstance(subject, RemoteModel | MeasuredElsewhere)
