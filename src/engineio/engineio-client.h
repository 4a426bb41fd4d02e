/* engineio-client.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-client-options.h"
#include "engineio-session.h"

G_BEGIN_DECLS

EngineioSession *engineio_client_open (EngineioClientOptions *options,
                                       const char *address,
                                       guint timeout,
                                       GError **error);

G_END_DECLS
