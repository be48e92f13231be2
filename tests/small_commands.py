"""Training commands at a size for tests, each in a process of its own: python small_commands.py FOLDER WORDS ..."""

import json
import os
import signal
import sys
from pathlib import Path

import torch
from torch.nn.parallel import DistributedDataParallel
from torch.optim.optimizer import register_optimizer_step_post_hook

from acda_core import __main__
from acda_core.course import record
from acda_core.experiments import classify, counting, hero, resnet, restoration, toy, tuned
from acda_core.training import fit as fitting

EACH_ADAPTS = "gate", "acda_image", "involution", "kpn", "bpn"
COMMANDS = {
    "lenet": ["lenet", "--network", "norm", "acda", "dyconv", "--epochs", "1"],
    "resnet": ["resnet", "--network", "conv", "acda", "--epochs", "1"],
    "counting": ["counting", "--network", "acda_released", "--epochs", "1", "--images", "16"],
    "restoration": ["restoration", "--network", "one_acda", "dncnn", "--epochs", "1"],
    "equal_cost": ["equal_cost", "--network", *EACH_ADAPTS, "--epochs", "1", "--rates", "--width", "1"],
}
ON_ONE_MAP = {
    "toy": ["toy", "--seed", "3", "--steps", "4", "--recipe", "released", "chosen"],
    "ablation": ["ablation", "--seed", "3", "--steps", "4", "--variant", "batch norm", "l = 3"],
    "hero": ["hero", "--steps", "4"],
    "record": ["record", "--steps", "4"],
}
ON_A_CPU = "hero", "record"  # take no --device
BATCHES = {"lenet": 8, "resnet": 8, "counting": 4, "restoration": 2, "equal_cost": 8}


def shrink(set_attribute=setattr):
    """Small batches and networks. With `pytest.MonkeyPatch.setattr` until the end of a test."""
    for module, batch in ((classify, BATCHES["lenet"]), (counting, BATCHES["counting"]), (restoration, 2)):
        set_attribute(module, "BATCH", batch)
    set_attribute(resnet, "NARROW", ((4, 4, 8, 8), (1, 1, 1, 1)))
    set_attribute(restoration, "EPOCH", 3)
    set_attribute(hero, "TRAIN", ("chelsea",))
    set_attribute(hero, "BATCH", 2)
    set_attribute(tuned, "RATES", (3e-4,))  # small: a step makes more of what two processes round otherwise


def run(folder, words):
    """Run a command on the CPU; its rows and checkpoints go to the folder."""
    out = ["--out", str(folder / f"{words[0]}.json"), "--checkpoints", str(folder / "checkpoints")]
    sys.argv = ["acda_core", *words, *([] if words[0] in ON_A_CPU else ["--device", "cpu"]), *out]
    __main__.main()


def kill_at_step(number):
    """SIGKILL at the end of this step of the optimizer; each step before it is in the checkpoint."""
    taken = []

    def count(optimizer, given, keywords):
        taken.append(optimizer)
        if len(taken) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    register_optimizer_step_post_hook(count)
    fit = fitting.fit
    for module in (fitting, record, resnet, toy):
        module.fit = lambda *arguments, **keywords: fit(*arguments, **keywords, every=0)


def main():
    folder, words = Path(sys.argv[1]), sys.argv[2:]
    shrink()
    if step := os.environ.get("KILL_AT_STEP"):
        kill_at_step(int(step))
    seen = []  # how many images this process is given at each step, and their sum

    def note(module, given):
        if isinstance(module, DistributedDataParallel):
            seen.append((len(given[0]), given[0].double().sum().item()))

    torch.nn.modules.module.register_module_forward_pre_hook(note)
    run(folder, words)
    (folder / f"seen-{os.environ.get('RANK', 0)}.json").write_text(json.dumps(seen))


if __name__ == "__main__":
    main()
