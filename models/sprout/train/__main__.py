"""Train the bundled segmenter.

    python models/sprout/train pack SHARDS PACK         photos and masks as memory-mapped files
    python models/sprout/train train PACK RUN           train, or go on with a run that was stopped
    python models/sprout/train curves RUN               RUN/curves.png
    python models/sprout/train export CHECKPOINT DIR    encoder, decoder and manifest, checked against PyTorch

RUN gets `last.pt` every 90 seconds, `best.pt` (by the validation photos) and `log.jsonl`. See ../CARD.md.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path


def main() -> None:
    """Parse the arguments and run one step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    steps = parser.add_subparsers(dest="step", required=True)
    packing = steps.add_parser("pack", help="shards to memory-mapped files")
    packing.add_argument("data", type=Path, help="folder with s00, s01, ... and val")
    packing.add_argument("pack", type=Path)
    training = steps.add_parser("train", help="train, or go on with a run")
    training.add_argument("pack", type=Path)
    training.add_argument("run", type=Path)
    training.add_argument("--minutes", type=float, default=68.0, help="of training, over all sittings")
    training.add_argument("--photos", type=int, default=8, help="a step, at crops of 192 pixels")
    training.add_argument("--seed", type=int, default=11)
    training.add_argument("--without", default="voc_animals", help="sources left out, with commas")
    training.add_argument(
        "--start",
        choices=["imagenet", "nothing"],
        default="imagenet",
        help="weights the trunk starts from; nothing: random ones, and none of its blocks frozen",
    )
    training.add_argument("--device", default="cpu")
    drawing = steps.add_parser("curves", help="a run's log as a picture")
    drawing.add_argument("run", type=Path)
    exporting = steps.add_parser("export", help="a checkpoint as ONNX files")
    exporting.add_argument("checkpoint", type=Path)
    exporting.add_argument("folder", type=Path)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if args.step == "pack":
        from pack import pack

        pack(sorted(args.data.glob("s[0-9]*")), args.pack / "train")
        pack([args.data / "val"], args.pack / "val")
    elif args.step == "train":
        from loop import Plan, Run

        without = tuple(name for name in args.without.split(",") if name)
        plan = Plan(
            minutes=args.minutes, seed=args.seed, photos=args.photos, without=without, start=args.start
        )
        if args.start == "nothing":
            plan = plan.from_nothing()
        Run(plan, args.pack, args.run, args.device).train()
    elif args.step == "curves":
        from curves import draw

        draw(args.run / "log.jsonl", args.run / "curves.png")
    elif args.step == "export":
        from export import export

        export(args.checkpoint, args.folder)


if __name__ == "__main__":
    main()
