from langzoo.trainers.fit import plan_fits


def steps(step, interval, total):
    """Every step that is trained, and the steps after which there is a validation."""
    trained, validated = [], []
    for fit in plan_fits(step, interval=interval, total=total):
        assert fit.start == step + len(trained)
        for _ in range(fit.initial_epoch, fit.epochs):
            trained += range(step + len(trained), step + len(trained) + fit.steps)
            validated.append(trained[-1] + 1)
    return trained, validated


def test_every_step_is_trained_once_and_validation_falls_on_the_same_steps_wherever_a_run_goes_on():
    for interval in (1, 3, 10, 100):
        whole = steps(0, interval, 45)[1]
        for start in range(46):
            trained, validated = steps(start, interval, 45)
            assert trained == list(range(start, 45))
            assert validated == [step for step in whole if step > start]


def test_an_epoch_has_the_number_of_its_interval():
    fits = list(plan_fits(13, interval=10, total=45))
    assert [(fit.initial_epoch, fit.epochs) for fit in fits] == [(1, 2), (2, 4), (4, 5)]
