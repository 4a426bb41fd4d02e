# test-introspection.py: what the annotations say is true: another language can live by them
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Its arguments: ninja and the build folder; where the reference cannot be built, why. A wrong ownership
# or scope crashes here, or frees a callback that is called later.

import gc
import json
import os
import subprocess
import sys

import tap

tap.TEST_SECONDS = 400

if len(sys.argv) == 2:
    print(f'1..0 # SKIP no introspection here: {sys.argv[1]}')
    sys.exit()

NINJA, BUILD = sys.argv[1:]
LIBRARIES = f'{BUILD}/src/docs'

if os.environ.get('GI_TYPELIB_PATH') != LIBRARIES:
    # The loader looks at its path at the start of a program alone.
    subprocess.run([NINJA, '-C', BUILD, 'src/docs/Engineio-1.0.typelib',
                    'src/docs/Socketio-1.0.typelib'], stdout=sys.stderr, check=True)
    os.environ.update(GI_TYPELIB_PATH=LIBRARIES, LD_LIBRARY_PATH=LIBRARIES)
    os.execv(sys.executable, [sys.executable, *sys.argv])

import gi  # noqa: E402
gi.require_version('Json', '1.0')
gi.require_version('Socketio', '1.0')
from gi.repository import GLib, Json, Socketio  # noqa: E402

def wait_for(values, count=1):
    """Turns the main loop until so many have come; the time of the test ends the waiting."""
    GLib.timeout_add_seconds(1, lambda: True)
    while len(values) < count:
        GLib.MainContext.default().iteration(True)
    gc.collect()
    return values


def connect(on_connection):
    server = Socketio.Server.new()
    server.of('/').connect('connection', lambda _namespace, socket: on_connection(socket))
    assert server.listen('127.0.0.1', 0, Socketio.Options.new())
    client = Socketio.Client.new(f'http://127.0.0.1:{server.get_port()}')
    return server, client, client.socket('/')


def close(server, client):
    client.disconnect()
    server.close()


@tap.test
def an_event_is_answered():
    seen, answers, far = [], [], []

    def on_say(_socket, name, arguments, ack, *_data):
        seen.append((name, arguments.get_string(0), arguments.get_bytes(1).get_data()))
        ack.send(Socketio.Arguments.new_string('heard'))

    def on_connection(socket):
        far.append(socket)
        socket.on('say', on_say)

    def on_connect(socket):
        arguments = Socketio.Arguments.new_string('hello')
        arguments.add_bytes(GLib.Bytes.new(b'\0\1'))
        socket.emit_with_ack_async('say', arguments, 0, None, on_answer)

    def on_answer(socket, result):
        answers.append(socket.emit_with_ack_finish(result).get_string(0))

    server, client, socket = connect(on_connection)
    socket.connect('connect', on_connect)
    socket.open()
    assert wait_for(answers) == ['heard']
    assert seen == [('say', 'hello', b'\0\1')]
    assert far[0].props.remote_address == '127.0.0.1'
    close(server, client)


@tap.test
def a_room_hears_and_a_listener_is_kept():
    heard, far = [], []
    server, client, socket = connect(far.append)
    socket.on('news', lambda _socket, _name, arguments, *_rest: heard.append(arguments.get_int(0)))
    socket.open()
    wait_for(far)[0].join('readers')
    assert far[0].list_rooms() == [far[0].get_id(), 'readers']
    for number in range(3):
        arguments = Socketio.Arguments.new()
        arguments.add_int(number)
        server.to('readers').emit('news', arguments)
    assert wait_for(heard, 3) == [(True, 0), (True, 1), (True, 2)]
    close(server, client)


@tap.test
def a_namespace_refuses_later():
    errors, asking = [], []
    server, client, socket = connect(lambda _socket: None)
    server.of('/').use(lambda _namespace, admission, *_data: asking.append(admission))
    socket.connect('connect-error', lambda _socket, error, _data: errors.append(error))
    socket.open()
    wait_for(asking).pop().refuse('not today', None)
    assert wait_for(errors)[0].matches(Socketio.error_quark(), Socketio.Error.NOT_ADMITTED), errors
    assert errors[0].message == 'not today'
    close(server, client)


@tap.test
def the_reason_of_a_disconnection_has_its_name():
    reasons = []
    server, client, socket = connect(lambda socket: socket.disconnect(False))
    socket.connect('disconnect', lambda _socket, reason, _description: reasons.append(reason))
    socket.open()
    assert wait_for(reasons) == [Socketio.DisconnectReason.IO_SERVER]
    close(server, client)


@tap.test
def every_packet_is_told():
    packets = []

    def on_packet(_client, packet):
        arguments = packet.get_arguments()
        packets.append((packet.get_packet_type(), packet.get_namespace(), packet.get_name(),
                        packet.get_id(), arguments and arguments.get_string(0)))

    server, client, socket = connect(
        lambda socket: socket.emit('news', Socketio.Arguments.new_string('today')))
    client.connect('packet', on_packet)
    socket.open()
    assert wait_for(packets, 2) == [
        (Socketio.PacketType.CONNECT, '/', None, Socketio.PACKET_NO_ID, None),
        (Socketio.PacketType.EVENT, '/', 'news', Socketio.PACKET_NO_ID, 'today')], packets
    close(server, client)


class ListDecoder(Socketio.Decoder):
    """Reads what ListParser writes."""

    def do_add_text(self, text, _length):
        try:
            kind, namespace, number, name, values = json.loads(bytes(text))
        except ValueError as error:
            raise GLib.Error(f'no list: {error}', 'list-parser', 7)
        arguments = Socketio.Arguments.new()
        for value in values:
            arguments.add_node(Json.from_string(value))
        if kind == Socketio.PacketType.CONNECT:
            data = Json.from_string(values[0]) if values else None
            packet = Socketio.Packet.new_connect(namespace, data)
        elif kind == Socketio.PacketType.EVENT:
            packet = Socketio.Packet.new_event(namespace, name, arguments, number)
        else:
            packet = Socketio.Packet.new_ack(namespace, number, arguments)
        return True, packet


class ListParser(Socketio.Parser):
    """A packet is a text with a list: type, namespace, id, name and values, which are texts."""

    def do_encode(self, packet, wire):
        arguments, data = packet.get_arguments(), packet.get_data()
        nodes = [arguments.get_node(i) for i in range(arguments.get_length())] if arguments else []
        values = [Json.to_string(node, False) for node in nodes + [data] if node]
        fields = (int(packet.get_packet_type()), packet.get_namespace(), packet.get_id(),
                  packet.get_name(), values)
        wire.add_text(json.dumps(fields).encode())

    def do_create_decoder(self):
        return ListDecoder()


@tap.test
def a_parser_of_ones_own_is_used_at_both_ends():
    seen, answers = [], []
    server = Socketio.Server.new()

    def on_say(_socket, name, arguments, ack, *_data):
        seen.append((name, arguments.get_string(0), arguments.get_int(1)))
        ack.send(Socketio.Arguments.new_string('들었다'))

    server.of('/').connect('connection', lambda _namespace, socket: socket.on('say', on_say))
    assert server.listen('127.0.0.1', 0, Socketio.Options(parser=ListParser()))
    client = Socketio.Client(address=f'http://127.0.0.1:{server.get_port()}', parser=ListParser())
    socket = client.socket('/')

    def on_connect(socket):
        arguments = Socketio.Arguments.new_string('hello')
        arguments.add_int(7)
        socket.emit_with_ack_async('say', arguments, 0, None, on_answer)

    def on_answer(socket, result):
        answers.append(socket.emit_with_ack_finish(result).get_string(0))

    socket.connect('connect', on_connect)
    socket.open()
    assert wait_for(answers) == ['들었다']
    assert seen == [('say', 'hello', (True, 7))], seen
    close(server, client)


@tap.test
def a_decoder_complains():
    decoder = ListParser().create_decoder()
    good, packet = decoder.add_text(b'[2, "/", -1, "x", []]')
    assert good and packet.get_name() == 'x'
    for add, data in ((decoder.add_text, b'nothing'), (decoder.add_binary, GLib.Bytes.new(b'x'))):
        try:
            add(data)
        except GLib.Error as error:
            assert error.matches(GLib.quark_from_string('list-parser'), 7) == (data == b'nothing'), error
        else:
            assert False, 'it did not'


@tap.test
def a_socket_leaves_connect_to_its_signals():
    connected = []
    server, client, socket = connect(lambda _socket: None)
    socket.connect('connect', connected.append)
    socket.open()
    assert wait_for(connected) == [socket]
    close(server, client)


tap.main()
