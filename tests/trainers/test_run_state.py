from langzoo.trainers.run_state import RunState


def test_json_keeps_every_bit():
    for state in (RunState(), RunState(7, 0.1 + 0.2, 1 / 3, 5, 2, True)):
        assert RunState.from_json(state.to_json()) == state
    assert RunState.from_json(RunState().to_json()).best is None
