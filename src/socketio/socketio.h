/* socketio.h: all of Socket.IO
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "socketio-ack.h"
#include "socketio-adapter.h"
#include "socketio-admission.h"
#include "socketio-arguments.h"
#include "socketio-client-socket.h"
#include "socketio-client.h"
#include "socketio-collector.h"
#include "socketio-decoder.h"
#include "socketio-json-parser.h"
#include "socketio-match.h"
#include "socketio-memory-adapter.h"
#include "socketio-msgpack-parser.h"
#include "socketio-namespace.h"
#include "socketio-options.h"
#include "socketio-packet.h"
#include "socketio-parser.h"
#include "socketio-request.h"
#include "socketio-remote-socket.h"
#include "socketio-screening.h"
#include "socketio-server-socket.h"
#include "socketio-server.h"
#include "socketio-socket.h"
#include "socketio-target.h"
#include "socketio-types.h"
#include "socketio-wire.h"
