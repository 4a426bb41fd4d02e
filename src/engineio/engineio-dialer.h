/* engineio-dialer.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-client-options.h"

G_BEGIN_DECLS

typedef struct _EngineioDialer EngineioDialer;

EngineioDialer *
engineio_dialer_new (EngineioClientOptions *options, const char *address, GError **error);
EngineioDialer *engineio_dialer_ref (EngineioDialer *dialer);
void engineio_dialer_unref (EngineioDialer *dialer);

EngineioClientOptions *engineio_dialer_get_options (EngineioDialer *dialer);
SoupSession *engineio_dialer_get_http (EngineioDialer *dialer);

SoupMessage *engineio_dialer_new_message (EngineioDialer *dialer,
                                          const char *method,
                                          const char *transport,
                                          const char *sid);

GError *engineio_dialer_translate_status (guint status, GBytes *body);
GError *engineio_dialer_translate_error (SoupMessage *message, const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineioDialer, engineio_dialer_unref)

G_END_DECLS
