import langzoo.zoo as zoo
import pytest
from langzoo.layers.text import ByteTokenizer
from langzoo.zoo.export.without_cudnn import without_cudnn


@pytest.mark.parametrize("name", ["lstm_tiny", "bilstm_next_word"])
def test_layers_are_as_before_afterwards(name):
    model = zoo.create(name, tokenizer=ByteTokenizer())
    encoder = model.backbone.encoder
    layers = [*encoder.forward_layers, *encoder.backward_layers]
    layers[0].use_cudnn = True
    before = [layer.use_cudnn for layer in layers]
    model.score(["a"])
    with pytest.raises(RuntimeError, match="inside"), without_cudnn(model):
        assert [layer.use_cudnn for layer in layers] == [False] * len(layers)
        assert not model._graphs, "the graphs from before may hold cuDNN's kernel"
        model.score(["a"])
        raise RuntimeError("inside")
    assert [layer.use_cudnn for layer in layers] == before
    assert not model._graphs, "the graphs from inside are slow"
