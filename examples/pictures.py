#!/usr/bin/env python3
"""Prints what pictures, depth pictures and clouds a robot hands out, over ZeroMQ.

Needs pyzmq: on Debian, `apt install python3-zmq`. The robot lists their streams under publish.measurements; docs/messages.md
("Large messages") says how they are asked for.

    examples/pictures.py camera                                      from port 5557 of this machine
    examples/pictures.py camera lidar --zmq tcp://192.168.1.20:5557  two streams of another
    examples/pictures.py camera --count 1 --save picture.jpg         the data of the first, as the camera gave them
"""

import argparse
import json
import sys

import zmq

WINDOW = 4  # Messages that may be on the way: what comes faster than it is taken gives way at the robot.


def messages_of(address, topics):
    """Yields (topic, header, message, data) for ever."""
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.setsockopt(zmq.LINGER, 0)
    socket.connect(address)
    taken = 0
    while True:
        socket.send_json({"topics": topics, "window": WINDOW, "taken": taken})
        if socket.poll(1000):  # Without an answer it asks again after a second.
            topic, header, payload, data = socket.recv_multipart()
            taken += 1
            yield topic.decode(), json.loads(header), json.loads(payload), data


def main():
    parser = argparse.ArgumentParser(description="Prints what pictures and clouds a robot hands out.")
    parser.add_argument("streams", nargs="+", metavar="stream", help="names of streams there")
    parser.add_argument("--zmq", metavar="ADDRESS", default="tcp://127.0.0.1:5557", help="default: %(default)s")
    parser.add_argument("--prefix", default="sensorium", help="publish.prefix of the daemon; default: %(default)s")
    parser.add_argument("--robot", default="robot", help="its robot; default: %(default)s")
    parser.add_argument("--count", type=int, metavar="N", help="stop after N messages")
    parser.add_argument("--save", metavar="FILE", help="write the data of the last one there")
    options = parser.parse_args()

    topics = [f"{options.prefix}/{options.robot}/measurements/{stream}" for stream in options.streams]
    try:
        for number, (topic, header, message, data) in enumerate(messages_of(options.zmq, topics), start=1):
            content = message[message["kind"]]
            size = f"{content['width']}x{content['height']} " if "width" in content else ""
            lost = f", {header['dropped']} gave way before it" if "dropped" in header else ""
            what = content.get("encoding", message["kind"])
            print(f"{topic} {message['sequence']}: {size}{what}, {len(data)} bytes{lost}", flush=True)
            if number == options.count:
                if options.save:
                    with open(options.save, "wb") as file:
                        file.write(data)
                break
    except zmq.ZMQError as error:
        sys.exit(f"{options.zmq}: {error}")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
