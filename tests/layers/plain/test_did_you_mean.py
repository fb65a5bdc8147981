from langzoo.layers.plain.did_you_mean import unknown_name_message


def test_near_names_are_offered_whatever_their_case():
    assert unknown_name_message("decoder", "topk", ["TOP_K", "beam", "greedy"]) == (
        "unknown decoder 'topk'. Did you mean TOP_K? Known: TOP_K, beam, greedy"
    )


def test_several_near_names_and_a_beginning():
    assert "Did you mean gpt2_small, gpt_small or gpt2_smaller?" in unknown_name_message(
        "model", "gpt2_smal", ["gpt2_small", "gpt_small", "gpt2_smaller"]
    )
    assert "Did you mean bert_base_chinese_wwm_ext?" in unknown_name_message(
        "model", "bert", ["bert_base_chinese_wwm_ext"]
    )


def test_nothing_near_and_nothing_known():
    assert unknown_name_message("kind", "词", ["word"]) == "unknown kind '词'. Known: word"
    assert unknown_name_message("kind", "", [], hint="see docs") == "unknown kind ''. Known: none (see docs)"


def test_the_message_stays_one_short_line():
    message = unknown_name_message("model", "x\n" * 100_000, (f"m{i:03}" for i in range(500)))
    assert "\n" not in message
    assert len(message) < 400
    assert message.endswith("m019 and 480 more")


def test_dotted_names_by_their_last_part_and_its_initials():
    settings = [f"data.setting_{i}" for i in range(30)]
    known = [*settings, "optimizer.learning_rate", "optimizer.name", "model.dropout", "model.recurrent_dropout"]
    for asked, meant in {
        "lr": "optimizer.learning_rate",
        "dropout": "model.dropout",
        "learning_rate": "optimizer.learning_rate",
        "learningrate": "optimizer.learning_rate",
    }.items():
        assert unknown_name_message("setting", asked, known, hint="docs") == (
            f"unknown setting {asked!r}. Did you mean {meant}? (docs)"
        )
