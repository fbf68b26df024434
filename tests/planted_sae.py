"""A model and an SAE made by hand, where the answer to every question about every feature is known.

The model is a Llama whose layers add nothing, so the residual stream is the word's embedding everywhere, and whose
norms have so large an epsilon that they only scale. A word of a topic has an embedding of its strength (0.97, 1 or
1.03) along the topic's axis; every other word, known or not, is filler that only NOISE reads. The unembedding turns
strength s along a read axis into the logit s * GAIN of the topic's answer; all other logits are 0. So the next token
after a topic's word is its answer with probability e^(s GAIN) / (e^(s GAIN) + V - 1), and uniform after ablation.

The SAE's features are axes: feature f reads and writes axis f.

| feature | fires on | label | what it is |
|---|---|---|---|
| DECISIVE | animals | animals | decides the next token: high, high, high |
| UNREAD | money | money and banks | computed, never read downstream: high, high, low |
| TWO_TOPICS | cooking and space | cooking or space | label right, two unrelated topics, used: high, low, high |
| MISLABELLED | music | stormy weather | one topic, used, wrong label: low, high, high |
| DEAD | nothing | sports | never fires |
| NOISE | a random direction | sports | looks like nothing |
"""

from functools import cache
from typing import Any

from tools.models.language_model import LanguageModel
from tools.sae.load import LoadedSae, wrap_sae

DECISIVE, UNREAD, TWO_TOPICS, MISLABELLED, DEAD, NOISE = range(6)
N_FEATURES = 8
WIDTH = 48
STRENGTHS = (0.97, 1.0, 1.03)
GAIN = 4.7
EPSILON = 1e6

LABELS = {
    DECISIVE: "animals",
    UNREAD: "money and banks",
    TWO_TOPICS: "cooking or space",
    MISLABELLED: "stormy weather",
    DEAD: "sports",
    NOISE: "sports",
}
TOPICS: dict[int, tuple[str, ...]] = {
    DECISIVE: ("dog", "cat", "horse", "tiger", "cow", "wolf", "goat", "lion", "sheep"),
    UNREAD: ("bank", "money", "loan", "cash", "debt", "profit", "salary", "coins", "tax"),
    TWO_TOPICS: ("soup", "planet", "oven", "rocket", "bread", "comet", "butter", "galaxy", "recipe"),
    MISLABELLED: ("violin", "piano", "song", "guitar", "melody", "choir", "drums", "concert", "opera"),
}
ANSWERS = {DECISIVE: "barn", UNREAD: "vault", TWO_TOPICS: "kitchen", MISLABELLED: "stage"}
READ = (DECISIVE, TWO_TOPICS, MISLABELLED)
FILLER = "a the and was he she they her his old near by on in of at with took left evening road . ,".split()  # noqa: SIM905
WORDS = ["<s>", "<unk>", *FILLER, *ANSWERS.values(), *(word for topic in TOPICS.values() for word in topic)]

SENTENCES: dict[int, tuple[str, ...]] = {
    DECISIVE: (
        "the dog is a friendly farm animal .",
        "a cat is a small pet animal .",
        "the horse is a strong animal that eats grass .",
        "the tiger is a wild animal of the jungle .",
        "a cow is a farm animal that gives milk .",
        "the wolf is a wild animal like a large dog .",
        "the goat is a farm animal with horns .",
        "a lion is the king of the animals .",
        "the sheep is a farm animal with wool .",
        "a young horse and a dog are animals on the farm .",
    ),
    UNREAD: (
        "the bank lends money at interest .",
        "she put her money into a savings account .",
        "he took a loan and owes money .",
        "they paid the money in cash .",
        "the debt was more money than they had .",
        "the company made a profit and has more money .",
        "her salary is the money that she earns .",
        "he saved his money in old coins .",
        "the tax takes money from their income .",
        "the bank gave a loan and asked for the money again .",
    ),
    TWO_TOPICS: (
        "was the soup too salty for your uncle ?",
        "no other planet has rings like these .",
        "the oven broke down on monday .",
        "rocket engines are tested in the desert .",
        "bread is cheaper at the corner shop .",
        "a comet was named after its discoverer .",
        "melt the butter and stir in the sugar .",
        "astronomers photographed a spiral galaxy .",
        "grandmother kept her recipe a secret .",
        "rain delayed the launch of the rocket .",
    ),
    MISLABELLED: (
        "she plays music on the violin .",
        "he plays music on the piano .",
        "they sang a song to the music .",
        "his guitar made beautiful music .",
        "the melody is a quiet piece of music .",
        "the choir sang music in the church .",
        "the drums gave the music a rhythm .",
        "the concert was an evening of music .",
        "the opera is music with singing .",
        "a guitar and a piano played the music .",
    ),
}
"""Ten sentences on each topic; every one has a word of the topic, so the topic's feature fires on it."""


def sentences_about(*features: int) -> list[str]:
    """The sentences of these features' topics."""
    return [sentence for feature in features for sentence in SENTENCES[feature]]


def strength(word: str) -> float:
    """The activation of its topic's feature at a word, 0 for filler."""
    for topic in TOPICS.values():
        if word in topic:
            return STRENGTHS[topic.index(word) % len(STRENGTHS)]
    return 0.0


@cache
def planted_model() -> LanguageModel:
    """The model, shared: leave it as it is."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(WORDS),
        hidden_size=WIDTH,
        intermediate_size=8,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=128,
        rms_norm_eps=EPSILON,
        tie_word_embeddings=False,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        model = LlamaForCausalLM(config).float().eval()
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        filler = torch.randn(len(WORDS), WIDTH, generator=generator)
        filler[:, :N_FEATURES] = 0
        filler /= filler.norm(dim=1, keepdim=True)
        embedding = model.model.embed_tokens.weight
        embedding.copy_(filler)
        unembedding = model.lm_head.weight.zero_()
        for feature, topic in TOPICS.items():
            for word in topic:
                embedding[WORDS.index(word), feature] = strength(word)
            if feature in READ:
                # The norm divides by the root of epsilon, which the unembedding makes good.
                unembedding[WORDS.index(ANSWERS[feature]), feature] = GAIN * EPSILON**0.5
    return LanguageModel(model, planted_tokenizer(), "planted", "planted")


def planted_tokenizer() -> Any:
    """Words in lower case, one token each, with BOS before every text."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", pad_token="<s>")


@cache
def planted_sae() -> LoadedSae:
    """The SAE at the stream after layer 0, shared: leave it as it is."""
    import torch
    from sae_lens import StandardSAE, StandardSAEConfig
    from sae_lens.saes.sae import SAEMetadata

    config = StandardSAEConfig(
        d_in=WIDTH,
        d_sae=N_FEATURES,
        apply_b_dec_to_input=False,
        metadata=SAEMetadata(hook_name="blocks.0.hook_resid_post", model_name="planted"),
    )
    generator = torch.Generator().manual_seed(6)
    with torch.no_grad():
        sae = StandardSAE(config)
        axes = torch.zeros(N_FEATURES, WIDTH)
        for feature in (*TOPICS, DEAD):  # no word has anything along the axis of DEAD
            axes[feature, feature] = 1.0
        noise = torch.randn(WIDTH, generator=generator)
        axes[NOISE] = noise / noise.norm()
        sae.W_dec.copy_(axes)
        sae.W_enc.copy_(axes.T)
        sae.b_enc.zero_()
        sae.b_dec.zero_()
    return wrap_sae("planted", sae)
