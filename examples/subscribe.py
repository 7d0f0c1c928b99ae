#!/usr/bin/env python3
"""Prints what a robot publishes, over MQTT or ZeroMQ.

Needs paho-mqtt (1.x or 2.x) or pyzmq: on Debian, `apt install python3-paho-mqtt python3-zmq`.
docs/messages.md says what the messages hold.

    examples/subscribe.py                                      all topics, from MQTT on this machine
    examples/subscribe.py pose --mqtt mqtt://broker:1883       one topic
    examples/subscribe.py pose --zmq tcp://127.0.0.1:5556      the same over ZeroMQ
    examples/subscribe.py pose --count 10 --json               ten messages, one a line, as they were sent
"""

import argparse
import json
import queue
import sys
from urllib.parse import urlparse


def show(topic, payload, as_json):
    text = payload.decode()
    if as_json:
        print(text)
    elif topic.endswith("/pose"):
        message = json.loads(text)
        position = message["pose"]["position"]
        print(f"{topic} {message['sequence']}: x {position['x']:.3f} y {position['y']:.3f} in {message['frame_id']}")
    else:
        print(topic, text)
    sys.stdout.flush()


def messages_of_mqtt(url, prefix, topic):
    """Yields (topic, payload) for ever; the messages of the network thread come through a queue."""
    import paho.mqtt.client as mqtt

    inbox = queue.Queue()

    def on_connect(client, _userdata, _flags, code, *_properties):
        if code != 0:
            inbox.put(ConnectionError(f"the broker refuses: {code}"))
        else:
            client.subscribe(f"{prefix}/+/{topic}", qos=1)

    def on_subscribe(*_arguments):
        print("listening", file=sys.stderr, flush=True)

    address = urlparse(url)
    if hasattr(mqtt, "CallbackAPIVersion"):  # paho-mqtt 2.x
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    else:
        client = mqtt.Client()
    if address.username:
        client.username_pw_set(address.username, address.password)
    if address.scheme == "mqtts":
        client.tls_set()
    client.on_connect = on_connect
    client.on_subscribe = on_subscribe
    client.on_message = lambda _client, _userdata, message: inbox.put((message.topic, message.payload))
    client.connect(address.hostname, address.port or (8883 if address.scheme == "mqtts" else 1883))
    client.loop_start()  # Reconnects by itself, and subscribes again in on_connect.
    while True:
        item = inbox.get()
        if isinstance(item, Exception):
            raise item
        yield item


def messages_of_zeromq(address, prefix, topic):
    """Yields (topic, payload) for ever. ZeroMQ filters by the beginning of the topic only."""
    import zmq

    socket = zmq.Context.instance().socket(zmq.SUB)
    socket.setsockopt(zmq.RCVHWM, 100_000)
    socket.setsockopt_string(zmq.SUBSCRIBE, f"{prefix}/")
    socket.connect(address)
    print("listening", file=sys.stderr, flush=True)
    while True:
        name, _header, payload, *_attached = socket.recv_multipart()
        name = name.decode()
        if topic == "#" or name.endswith(f"/{topic}"):
            yield name, payload


def main():
    parser = argparse.ArgumentParser(description="Prints what a robot publishes.")
    parser.add_argument("topic", nargs="?", default="#", help="pose, orientation, sensors/imu, …; all of them by default")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--mqtt", metavar="URL", default="mqtt://127.0.0.1:1883", help="default: %(default)s")
    source.add_argument("--zmq", metavar="ADDRESS", help="for instance tcp://127.0.0.1:5556")
    parser.add_argument("--prefix", default="sensorium", help="publish.prefix of the daemon; default: %(default)s")
    parser.add_argument("--count", type=int, metavar="N", help="stop after N messages")
    parser.add_argument("--json", action="store_true", help="print the messages as they were sent")
    options = parser.parse_args()

    try:
        if options.zmq:
            messages = messages_of_zeromq(options.zmq, options.prefix, options.topic)
        else:
            messages = messages_of_mqtt(options.mqtt, options.prefix, options.topic)
        for number, (topic, payload) in enumerate(messages, start=1):
            show(topic, payload, options.json)
            if number == options.count:
                break
    except OSError as error:
        sys.exit(f"{options.zmq or options.mqtt}: {error}")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
