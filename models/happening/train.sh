#!/bin/sh
# Trains the head that comes along as models/happening, anew: worlds, windows, head, figures. About 8 GB in the folder, half an hour.
#   npm run build && models/happening/train.sh /tmp/happening
set -eu
out=${1:?expected a folder to work in}
here=$(dirname "$0")
sensorium="node $here/../../dist/src/main.js"
config=$here/../../config/simulation.yaml
common="--seed 1 --duration 60s --config $config"
for sense in camera lidar3d gnss temperature pressure; do
  common="$common --set sources.robot.streams.$sense.enabled=false"
done
$sensorium simulate --worlds 32 --split train --out "$out/worlds/train" $common
$sensorium simulate --worlds 12 --split test --out "$out/worlds/test" $common
$sensorium dataset build "$out"/worlds/train/*.mcap --config "$config" --hop 200ms --balance 3 --name windows --out "$out/train"
$sensorium dataset build "$out"/worlds/test/*.mcap --config "$config" --hop 1s --out "$out/test"
$sensorium train "$out/train" --head early --hidden 64 --epochs 8 --out "$out/head"
$sensorium ablate "$out/test" --model "$out/head" --noise 1 --out "$out/head/ablation"
$sensorium evaluate events --train "$out/worlds/train" --test "$out/worlds/test"
