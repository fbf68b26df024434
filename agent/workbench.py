"""The workbench: what is loaded in one conversation, and where its results go. It never enters graph state."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from agent.active_edits import ActiveEdits
from agent.endpoint import endpoint_of
from agent.planner.plan import CardDimension, LastCard, LastEdit, SessionView
from agent.settings import Settings
from agent.training import TrainingRun
from sessions.card import CapabilityCard, Card, FeatureCard
from sessions.context import Context, ContextKind
from sessions.store import Store
from tools.errors import ModelError, UserError
from tools.progress import Report, silent

if TYPE_CHECKING:
    from tools.data.data_set import DataSet
    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae

EMBEDDED_MODEL = "embedded"
DEMO_SAE = "demo"
"""The SAE of the embedded model."""
ROOM = 1.5
"""Times the loaded model's size that has to be free for a second one beside it."""
RECENT = 20
"""Cards that are looked through for the last feature."""


class Workbench:
    """Holds the model under inspection with its edits, its SAE (both loaded at first use), store and session."""

    def __init__(self, settings: Settings, store: Store, session_id: str) -> None:
        self.settings = settings
        self.store = store
        self.session_id = session_id
        self.request = ""
        """The user's words that are being answered; stored on the cards."""
        self.request_key = ""
        """Names this request in the store, so that an interrupted run is found again."""
        self.last_feature: int | None = _last_feature(store, session_id)
        """The SAE feature last looked at: what "that feature" means."""
        self.edits = ActiveEdits(store, session_id, settings.store_folder)
        """The session's committed weight edits."""
        self.training: TrainingRun | None = None
        """The training run under inspection, if one is."""
        if settings.checkpoints is not None:
            self.training = TrainingRun(settings.checkpoints, settings.step)
        self.llm = endpoint_of(settings)
        """The LLM endpoint, where one is configured; nothing is sent to it before it is asked."""
        self._model: LanguageModel | None = None
        self._sae: LoadedSae | None = None
        self._data: DataSet | None = None
        self._loading = threading.RLock()

    def model(self, report: Report = silent) -> "LanguageModel":
        """The loaded model with the session's edits; loads the one named in the settings at first use.

        Raises ModelError.
        """
        with self._loading:
            if self._model is None:
                self._model = (
                    self.load(self.settings.model, report)
                    if self.training is None
                    else self.training.load(self.training.step, self.settings, report)
                )
            self.edits.sync(self._model)
            return self._model

    def load(self, name: str, report: Report = silent) -> "LanguageModel":
        """Load a model without putting it on the bench. Raises ModelError."""
        from tools.models.load import load_model

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
        model = training.load(step, self.settings, report)
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

    def step_of(self, model: "LanguageModel") -> int | None:
        """The training step of the loaded model; None for any other."""
        return self.training.step if self.training is not None and model is self._model else None

    def make_room(self) -> None:
        """Let go of the loaded model where a second one has no place in memory; it loads again when asked for.

        Only on the CPU: there is no telling how much of an accelerator's memory other processes will want.
        """
        import psutil

        with self._loading:
            if self._model is None or self._model.device.type != "cpu":
                return
            size = sum(each.nbytes for each in self._model.model.parameters())
            if psutil.virtual_memory().available < ROOM * size:
                self.edits.unload()
                self._model = None

    def use(self, name: str, report: Report = silent) -> "LanguageModel":
        """Load a model and make it the one under inspection; the old one stays if that fails.

        The session's edits were on the old one: they end, and `edits.notices` says so.
        """
        model = self.load(name, report)
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

        return load_sae(name, device=str(model.device), report=report)

    def _sae_name(self) -> str:
        if self.settings.sae is not None:
            return self.settings.sae
        if self.settings.model == EMBEDDED_MODEL:
            return DEMO_SAE
        raise ModelError(
            f"No SAE is loaded for {self.model_name}.",
            "Load one: `/sae FOLDER` or `/sae RELEASE/SAE_ID`, or start with --sae.",
        )

    def data(self, report: Report = silent) -> "DataSet":
        """The data set under inspection, opened at first use. Raises DataError where there is none or it is bad."""
        from tools.data.data_set import DataError
        from tools.data.load import load_data

        with self._loading:
            if self.settings.data is None:
                raise DataError("No data set is loaded.", "Load one: /data FILE, or start with --data FILE.")
            if self._data is None:
                self._data = load_data(self.settings.data, report)
            return self._data

    def use_data(self, name: str, report: Report = silent) -> "DataSet":
        """Open a data set and make it the one under inspection; the old one stays if that fails."""
        from tools.data.load import load_data

        data = load_data(name, report)
        path = Path(name).expanduser()
        source = str(path.resolve()) if path.exists() else name
        with self._loading:
            self._data = data
            self.settings = self.settings.model_copy(update={"data": source})
        self.store.remember_loaded(self.session_id, {"data": source})
        return data

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

    def context(self, model: "LanguageModel | None" = None, step: int | None = None) -> Context:
        """What is loaded right now, as cards record it; `step`: where a model off the bench stands in training."""
        subject = model or self.model()
        return Context(
            # With a data set loaded as well, a card about the model is still about the model.
            kind="training_monitor" if self.training is not None else "model_inspection",
            model=subject.name,
            weights_hash=subject.weights_hash,
            dtype=str(subject.dtype).removeprefix("torch."),
            device=str(subject.device),
            step=self.step_of(subject) if step is None else step,
            edits=self.edits.statements if subject is self._model else (),
            sae=self._sae.name if self._sae is not None else None,
            feature=self.last_feature if self._sae is not None else None,
        )

    def data_context(self, data: "DataSet") -> Context:
        """The context of a card about a data set: no model has a part in it."""
        return Context(kind="data_inspection", data=data.name)

    def view(self) -> SessionView:
        """What a planner may know of this session."""
        cards = self.store.cards(session=self.session_id, limit=1)
        edit = self.edits.last
        return SessionView(
            context=self.context_kind,
            model=self.model_name,
            step=self.training.step if self.training else None,
            steps=self.training.steps if self.training else [],
            columns=self._columns(),
            last_card=_as_last_card(cards[0]) if cards else None,
            last_feature=self.last_feature,
            last_edit=edit and LastEdit(subject=edit.subject, prompt=edit.prompt, target=edit.target),
        )

    def _columns(self) -> list[str]:
        """The data set's columns; none where it cannot be opened, which is told when it is asked for."""
        if self.settings.data is None:
            return []
        try:
            return list(self.data().columns)
        except UserError:
            return []


def _last_feature(store: Store, session_id: str) -> int | None:
    """The feature of the session's newest feature card, where a session goes on."""
    cards = store.cards(session=session_id, limit=RECENT)
    return next((card.feature for card in cards if isinstance(card, FeatureCard)), None)


def _as_last_card(card: Card) -> LastCard:
    if not isinstance(card, CapabilityCard):
        return LastCard(id=card.id)
    return LastCard(
        id=card.id,
        dimensions=[
            CardDimension(
                capability=dimension.capability,
                method=dimension.method,
                n_prompts=len(dimension.cases),
                subtypes=[subtype.name for subtype in dimension.subtypes],
                score=dimension.score,
            )
            for dimension in card.dimensions
        ],
    )
