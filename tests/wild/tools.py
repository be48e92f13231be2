"""The layer under tools that look into networks: one verdict each, right or refused in one line.

python tests/wild/tools.py      (make wild)
"""

import contextlib
import copy
import io
import os
import sys
import tempfile
import traceback
import warnings
from importlib.metadata import version
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.nn.utils import prune

import acda_core as acda
from acda_core.training.measure import multiply_adds

SIZE = 24


def net() -> nn.Sequential:
    torch.manual_seed(0)
    first = acda.ACDAConv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU()
    second = acda.ACDAConv2d(8, 16, 5, 2, 2, groups=2), nn.ReLU()
    return nn.Sequential(*first, *second, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 4))


def images() -> torch.Tensor:
    return torch.randn(2, 8, SIZE, SIZE, generator=torch.Generator().manual_seed(1))


def agrees(model: nn.Module, run, tolerance: float = 1e-4) -> str:
    expected, found = model(images()), run(images())
    torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)
    return "right"


def trains(step, model: nn.Module) -> str:
    before = [p.detach().clone() for p in model.parameters()]
    step()
    assert all(p.isfinite().all() for p in model.parameters()), "a parameter is no number"
    changed = sum(not torch.equal(p, q) for p, q in zip(model.parameters(), before, strict=True))
    return f"right: {changed} of {len(before)} parameters trained"


def refused(action, error: type, piece: str) -> str:
    try:
        action()
    except error as said:
        found = [line for line in str(said).strip().splitlines() if piece in line]
        if not found:
            raise
        return f"refused: {found[0][:110]}"
    raise AssertionError("it was not refused")


def torch_compile():
    model = net().eval()
    return agrees(model, torch.compile(model, fullgraph=True))


def torch_compile_of_a_step():
    model = net()
    compiled = torch.compile(model, fullgraph=True)
    return trains(lambda: sgd(model, compiled(images())), model)


def sgd(model, output):
    output.square().mean().backward()
    torch.optim.SGD(model.parameters(), 0.1).step()


def torch_export_with_open_sizes():
    model, dynamic = net().eval(), torch.export.Dim.DYNAMIC
    program = torch.export.export(model, (images(),), dynamic_shapes=({0: dynamic, 2: dynamic, 3: dynamic},))
    return agrees(model, program.module())


def onnx(**options):
    import onnxruntime

    model = net().eval()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "net.onnx")
        torch.onnx.export(model, (images(),), path, input_names=["x"], verbose=False, **options)
        session = onnxruntime.InferenceSession(path)
        return agrees(model, lambda x: torch.from_numpy(session.run(None, {"x": x.numpy()})[0]))


def onnx_export():
    return onnx(dynamo=True)


def onnx_export_by_torchscript():
    return onnx(dynamo=False, opset_version=17)


def jit_trace():
    model = net().eval()
    return agrees(model, torch.jit.trace(model, images()))


def jit_script():
    return refused(lambda: torch.jit.script(net()), RuntimeError, "torch.jit.script cannot compile an ACDAConv2d")


def fx_symbolic_trace():
    model = net().eval()
    return agrees(model, torch.fx.symbolic_trace(model))


def fusion_with_batch_norm():
    return refused(lambda: nn.utils.fuse_conv_bn_eval(*net().eval()[:2]), AttributeError, "no `weight`")


def eager_quantisation():
    model = net().eval()
    return agrees(model, torch.ao.quantization.quantize_dynamic(model, {nn.Conv2d}))


def flop_counter_mode():
    from torch.utils.flop_counter import FlopCounterMode

    model = net().eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(images()[:1])
    return same_count(counter.get_total_flops() / 2, model)


def same_count(found: float, model: nn.Module) -> str:
    """Biases and norms count in none of these tools, so two per cent may lie between."""
    ours = multiply_adds(model, (8, SIZE, SIZE))
    assert abs(found / ours - 1) < 0.02, f"{found:.0f} multiply-adds, ours {ours}"
    return f"right: {found / 1e6:.3f} million multiply-adds, ours {ours / 1e6:.3f}"


def torchinfo():
    """It multiplies parameters by pixels, layer by layer, and knows no layer whose work is not of that kind."""
    from torchinfo import summary

    model = net().eval()
    return too_few(summary(model, input_size=(1, 8, SIZE, SIZE), verbose=0).total_mult_adds, model)


def too_few(found: float, model: nn.Module) -> str:
    ours = multiply_adds(model, (8, SIZE, SIZE))
    return f"counts {found / ours:.0%} of ours: it sees the generators, not the operator; use FlopCounterMode"


def fvcore():
    from fvcore.nn import FlopCountAnalysis

    model = net().eval()
    counted = FlopCountAnalysis(model, images()[:1]).unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    counted.set_op_handle("acda::acda_conv", acda.cost.of_traced_call)
    return same_count(counted.total(), model) + ', with set_op_handle("acda::acda_conv", acda.cost.of_traced_call)'


def ptflops():
    """It counts the calls that it knows by name."""
    from ptflops import get_model_complexity_info

    model = net().eval()
    with contextlib.redirect_stdout(io.StringIO()):
        found, _ = get_model_complexity_info(
            model, (8, SIZE, SIZE), as_strings=False, print_per_layer_stat=False, backend="aten"
        )
    return too_few(found, model)


def pruning_of_A():
    model = net()
    prune.l1_unstructured(model[0], "A", 0.5)
    return trains(lambda: sgd(model, model(images())), model)


def spectral_norm_of_A():
    model = net()
    nn.utils.parametrizations.spectral_norm(model[0], "A")
    return trains(lambda: sgd(model, model(images())), model)


def weight_norm_of_A():
    model = net()
    nn.utils.parametrizations.weight_norm(model[0], "A")
    return trains(lambda: sgd(model, model(images())), model)


def averaged_model():
    model = net().eval()
    averaged = torch.optim.swa_utils.AveragedModel(model)
    averaged.update_parameters(model)
    return agrees(model, averaged)


def autocast():
    model = net()

    def step():
        with torch.autocast("cpu", torch.bfloat16):
            output = model(images())
        sgd(model, output.float())

    return trains(step, model)


def activation_checkpoint():
    model = net()
    first = copy.deepcopy(model)
    sgd(first, first(images()))
    sgd(model, torch.utils.checkpoint.checkpoint_sequential(model, 2, images(), use_reentrant=False))
    for one, other in zip(model.parameters(), first.parameters(), strict=True):
        torch.testing.assert_close(one, other)
    return "right"


def per_sample_gradients():
    model = net().eval()
    parameters = dict(model.named_parameters())

    def loss(parameters, x):
        return torch.func.functional_call(model, parameters, (x[None],)).square().sum()

    found = torch.func.vmap(torch.func.grad(loss), (None, 0))(parameters, images())
    model(images()[:1]).square().sum().backward()
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(found[name][0], parameter.grad, rtol=1e-3, atol=1e-4)
    return "right"


def on_two_processes(work) -> str:
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(start, (work, f"file://{folder}/rendezvous"), nprocs=2)
    return "right: both processes hold the same after a step"


def start(rank, work, address):
    warnings.simplefilter("ignore")
    dist.init_process_group("gloo", init_method=address, rank=rank, world_size=2)
    first = work(rank)
    gathered = [torch.empty_like(first) for _ in range(2)]
    dist.all_gather(gathered, first)
    torch.testing.assert_close(*gathered)
    dist.destroy_process_group()


def ddp_work(rank):
    model = nn.parallel.DistributedDataParallel(net())
    sgd(model, model(images() + rank))
    return model.module[0].A.detach().clone()


def distributed_data_parallel():
    return on_two_processes(ddp_work)


def fsdp_work(rank):
    from torch.distributed.fsdp import fully_shard

    with torch.device("meta"):
        model = net()
    fully_shard(model)
    model.to_empty(device="cpu")
    torch.manual_seed(0)
    for module in model.modules():
        if hasattr(module, "reset_parameters"):
            module.reset_parameters()
    model.eval()
    sgd(model, model(images() + rank))
    psi = torch.tensor(acda.multiscale_bases(3), dtype=torch.float32)
    torch.testing.assert_close(model[0].psi, psi)
    return model[0].A.full_tensor().detach()


def fsdp2_from_the_meta_device():
    return on_two_processes(fsdp_work)


def lightning():
    import lightning

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.net = net()

        def training_step(self, batch):
            return self.net(batch).square().mean()

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.1)

    module = Module()
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "accelerator": "cpu"}
    trainer = lightning.Trainer(max_steps=2, enable_model_summary=False, **quiet)
    return trains(lambda: trainer.fit(module, torch.utils.data.DataLoader(images(), batch_size=2)), module)


TOOLS = [
    *(torch_compile, torch_compile_of_a_step, torch_export_with_open_sizes, onnx_export, onnx_export_by_torchscript),
    *(jit_trace, jit_script, fx_symbolic_trace, fusion_with_batch_norm, eager_quantisation),
    *(flop_counter_mode, torchinfo, fvcore, ptflops),
    *(pruning_of_A, spectral_norm_of_A, weight_norm_of_A, averaged_model, autocast, activation_checkpoint),
    *(per_sample_gradients, distributed_data_parallel, fsdp2_from_the_meta_device, lightning),
]


def main() -> int:
    warnings.simplefilter("ignore")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    print(f"torch {torch.__version__}, acda_core {version('acda-core')}, Python {sys.version.split()[0]}")
    wrong = 0
    for tool in TOOLS:
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                verdict = tool()
        except Exception as error:  # whatever a tool raises is its verdict
            wrong += 1
            line = (str(error).strip() or traceback.format_exc()).splitlines()[0]
            verdict = f"WRONG: {type(error).__name__}: {line[:150]}"
        print(f"{tool.__name__.replace('_', ' '):32} {verdict}", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
