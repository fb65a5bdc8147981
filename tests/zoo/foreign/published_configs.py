"""`config.json` as the authors of the models wrote them, and which named model each is."""

ENCODER = {
    "attention_probs_dropout_prob": 0.1,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": 768,
    "initializer_range": 0.02,
    "intermediate_size": 3072,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 512,
    "num_attention_heads": 12,
    "num_hidden_layers": 12,
    "pad_token_id": 0,
    "type_vocab_size": 2,
}
LATER = {"position_embedding_type": "absolute", "use_cache": True, "transformers_version": "4.6.0.dev0"}
CHINESE = {
    "directionality": "bidi",
    "pooler_fc_size": 768,
    "pooler_num_attention_heads": 12,
    "pooler_num_fc_layers": 3,
    "pooler_size_per_head": 128,
    "pooler_type": "first_token_transform",
}
ERNIE = {"vocab_size": 18000, "hidden_act": "relu", "max_position_embeddings": 513, "layer_norm_eps": 1e-05}
SUMMARY = {"summary_activation": "gelu", "summary_last_dropout": 0.1, "summary_type": "first", "summary_use_proj": True}
GPT2 = {
    "activation_function": "gelu_new",
    "architectures": ["GPT2LMHeadModel"],
    "attn_pdrop": 0.1,
    "bos_token_id": 50256,
    "embd_pdrop": 0.1,
    "eos_token_id": 50256,
    "initializer_range": 0.02,
    "layer_norm_epsilon": 1e-05,
    "model_type": "gpt2",
    "n_ctx": 1024,
    "n_embd": 768,
    "n_head": 12,
    "n_layer": 12,
    "n_positions": 1024,
    "resid_pdrop": 0.1,
    "summary_type": "cls_index",
    "summary_first_dropout": 0.1,
    "task_specific_params": {"text-generation": {"do_sample": True, "max_length": 50}},
    "vocab_size": 50257,
}
LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "bos_token_id": 1,
    "eos_token_id": 2,
    "hidden_act": "silu",
    "hidden_size": 4096,
    "initializer_range": 0.02,
    "intermediate_size": 11008,
    "max_position_embeddings": 2048,
    "max_sequence_length": 2048,
    "model_type": "llama",
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "pad_token_id": 0,
    "rms_norm_eps": 1e-06,
    "tie_word_embeddings": False,
    "torch_dtype": "float16",
    "transformers_version": "4.28.0",
    "use_cache": True,
    "vocab_size": 32000,
}
T5 = {
    "architectures": ["T5ForConditionalGeneration"],
    "d_ff": 2048,
    "d_kv": 64,
    "d_model": 512,
    "decoder_start_token_id": 0,
    "dropout_rate": 0.1,
    "eos_token_id": 1,
    "initializer_factor": 1.0,
    "is_encoder_decoder": True,
    "layer_norm_epsilon": 1e-06,
    "model_type": "t5",
    "n_positions": 512,
    "num_heads": 8,
    "num_layers": 6,
    "output_past": True,
    "pad_token_id": 0,
    "relative_attention_num_buckets": 32,
    "task_specific_params": {"summarization": {"num_beams": 4}},
    "vocab_size": 32128,
}
T5_V1_1 = {
    **{key: value for key, value in T5.items() if key != "n_positions"},
    "d_ff": 2048,
    "d_model": 768,
    "dense_act_fn": "gelu_new",
    "feed_forward_proj": "gated-gelu",
    "is_gated_act": True,
    "num_decoder_layers": 12,
    "num_heads": 12,
    "num_layers": 12,
    "relative_attention_max_distance": 128,
    "tie_word_embeddings": False,
}
DISTILBERT = {
    "activation": "gelu",
    "architectures": ["DistilBertForMaskedLM"],
    "attention_dropout": 0.1,
    "dim": 768,
    "dropout": 0.1,
    "hidden_dim": 3072,
    "initializer_range": 0.02,
    "max_position_embeddings": 512,
    "model_type": "distilbert",
    "n_heads": 12,
    "n_layers": 6,
    "pad_token_id": 0,
    "qa_dropout": 0.1,
    "seq_classif_dropout": 0.2,
    "sinusoidal_pos_embds": False,
    "tie_weights_": True,
    "transformers_version": "4.10.0.dev0",
    "vocab_size": 30522,
}
MINILM = {"hidden_size": 384, "intermediate_size": 1536, "num_hidden_layers": 6, "vocab_size": 30522}
ROBERTA = {"max_position_embeddings": 514, "type_vocab_size": 1, "layer_norm_eps": 1e-05, "pad_token_id": 1}


def bert(architecture="BertForMaskedLM", **changes):
    return {**ENCODER, "model_type": "bert", "architectures": [architecture], **changes}


def electra(architecture, **changes):
    return {**ENCODER, **SUMMARY, **LATER, "model_type": "electra", "architectures": [architecture], **changes}


PUBLISHED = {
    "bert_base_uncased": (bert("BertForPreTraining", vocab_size=30522, gradient_checkpointing=False, **LATER), {}),
    "bert_base_cased": (bert(vocab_size=28996), {"next_sentence": False}),
    "bert_base_chinese": (bert(vocab_size=21128, **CHINESE), {"next_sentence": False}),
    "bert_wwm_chinese": (bert(vocab_size=21128, output_past=True, **CHINESE), {"next_sentence": False}),
    "ernie_1_0": ({**bert("ErnieForMaskedLM", **ERNIE), "model_type": "ernie"}, {}),
    "minilm_l6_uncased": (bert("BertModel", _name_or_path="nreimers/MiniLM", **LATER, **MINILM), {}),
    "roberta_base": (
        {**ENCODER, **ROBERTA, "model_type": "roberta", "architectures": ["RobertaForMaskedLM"], "vocab_size": 50265},
        {"padding_id": 1},
    ),
    "distilbert_base_uncased": (DISTILBERT, {}),
    "electra_base": (electra("ElectraForPreTraining", vocab_size=30522, embedding_size=768), {}),
    "electra_base_generator": (
        electra(
            "ElectraForMaskedLM",
            vocab_size=30522,
            embedding_size=768,
            hidden_size=256,
            num_attention_heads=4,
            intermediate_size=1024,
        ),
        {},
    ),
    "gpt2_small": (GPT2, {}),
    "llama_7b": (LLAMA, {}),
    "t5_small": (T5, {}),
    "t5_v1_1_base": (T5_V1_1, {}),
}
