/* engineio-request.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-dialer.h"

G_BEGIN_DECLS

typedef struct _EngineioRequest EngineioRequest;

/**
 * EngineioRequestFunc:
 * @message: the request
 * @body: (nullable): the whole body of the answer; %NULL with an error
 * @error: (nullable): why there is no answer
 * @user_data: data of who asked
 *
 * Told once, from the main loop, what became of a request.
 */
typedef void (*EngineioRequestFunc) (SoupMessage *message,
                                     GBytes *body,
                                     const GError *error,
                                     gpointer user_data);

EngineioRequest *engineio_request_send (EngineioDialer *dialer,
                                        SoupMessage *message,
                                        EngineioRequestFunc func,
                                        gpointer user_data);
void engineio_request_free (EngineioRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineioRequest, engineio_request_free)

G_END_DECLS
