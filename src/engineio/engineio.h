/* engineio.h: all that the layer above needs
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-client.h"
#include "engineio-incoming.h"
#include "engineio-opening.h"
#include "engineio-options.h"
#include "engineio-packet.h"
#include "engineio-server.h"
#include "engineio-session.h"
#include "engineio-timer.h"
#include "engineio-types.h"
