"""How much of trained filters a projection keeps: `init="project"` on the project's own networks and on MTCNN.

python tests/wild/projection.py [--out book/results/projection.json]      (make wild)

Each convolution with a square, odd kernel of at least 3 x 3 gives a row: how many atoms its filters need, and the share
of their norm that is lost with the default (bases completed, as many atoms as needed and at most 9), with six atoms
of the same bases, and with six atoms of the usual six bases a scale. `difference` is the largest difference of the
whole network's output after conversion by default, as a share of the largest output, and `difference_all` the same with
as many atoms as its filters need. Stems are converted too.

The toy's layers are stored in the project; LeNet and the narrow ResNet are trained here for a few minutes if their
weights are not there; MTCNN (Zhang et al., 2016) comes with facenet-pytorch.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

import acda_core as acda
from acda_core import projection
from acda_core.experiments import lenet, resnet, results, toy

WEIGHTS = Path("_build/weights")
TRAINED = {
    "lenet": ["--network", "conv", "--epochs", "4", "--images", "20000"],
    "resnet": ["--network", "conv", "--epochs", "2", "--images", "5000"],
}


def trained(name: str, network: nn.Module) -> nn.Module:
    """The network with weights that a command of the project made, now or before."""
    from safetensors.torch import load_file

    path = WEIGHTS / f"{name}-conv-0.safetensors"
    if not path.is_file():
        words = ["-m", "acda_core", name, *TRAINED[name], "--weights", str(WEIGHTS)]
        subprocess.run([sys.executable, *words], check=True)
    network.load_state_dict(load_file(path))
    return network


def networks() -> Iterator[tuple[str, nn.Module, Tensor]]:
    """Title, network and an image of noise that it takes."""
    from facenet_pytorch.models.mtcnn import ONet, PNet, RNet

    layers = toy.trained()
    yield "toy, 7 x 7", layers["conv"], torch.randn(1, 1, 40, 40)
    yield "toy, two layers", layers["stack"], torch.randn(1, 1, 40, 40)
    yield "LeNet", trained("lenet", lenet.make_network("conv", 10, 0)), torch.randn(1, 3, 32, 32)
    yield "narrow ResNet", trained("resnet", resnet.make_network("conv", 10, 0)), torch.randn(1, 3, 32, 32)
    for make, pixels in ((PNet, 12), (RNet, 24), (ONet, 48)):
        yield f"MTCNN {make.__name__}", make(pretrained=True), torch.randn(1, 3, pixels, pixels)


@torch.no_grad()
def rows_of(title: str, network: nn.Module, image: Tensor) -> Iterator[dict[str, str | int | float]]:
    network.eval()
    done = acda.convert(network, init="project", stems=True)
    most = max(projection.needed(network.get_submodule(name).weight) for name in done.replaced)
    whole = acda.convert(network, init="project", stems=True, num_atoms=most)
    differences = [difference(network, other.model, image) for other in (done, whole)]
    for name, change in done.replaced.items():
        conv, layer = network.get_submodule(name), done.model.get_submodule(name)
        given = torch.tensor(acda.multiscale_bases(conv.kernel_size[0]))
        yield {
            "model": title,
            "layer": name,
            "shape": change.shape,
            "needed": projection.needed(conv.weight),
            "atoms": layer.num_atoms,
            "error": round(change.error, 6),
            "error_6_atoms": round(projection.project(conv.weight, layer.psi, 6).error, 6),
            "error_given_bases": round(projection.project(conv.weight, given, 6).error, 6),
            "difference": differences[0],
            "difference_all": differences[1],
        }


def difference(network: nn.Module, other: nn.Module, image: Tensor) -> float:
    """The largest difference of outputs as a share of the largest output, to one digit."""
    given = [model(image) for model in (network, other)]
    expected, found = (torch.cat([t.flatten() for t in ((one,) if isinstance(one, Tensor) else one)]) for one in given)
    return float(f"{((found - expected).abs().max() / expected.abs().max()).item():.1g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="store the table in this JSON file")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    rows = []
    for title, network, image in networks():
        for row in rows_of(title, network, image):
            rows.append(row)
            losses = [f"{row[name]:6.1%}" for name in ("error", "error_6_atoms", "error_given_bases")]
            counts = f"needed {row['needed']:2}, atoms {row['atoms']}"
            print(
                f"{title:15}  {row['layer']:19}  {row['shape']:24}  {counts}",
                *losses,
                row["difference"],
                row["difference_all"],
            )
    if arguments.out:
        trainings = "; ".join(f"python -m acda_core {name} {' '.join(words)}" for name, words in TRAINED.items())
        data = f"toy_weights.json; {trainings}; the weights in facenet-pytorch 2.6.0"
        results.save(arguments.out, "python tests/wild/projection.py", data, rows)


if __name__ == "__main__":
    main()
