/* engineio-http-options.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-types.h"

typedef struct _SoupServerMessage SoupServerMessage;

G_BEGIN_DECLS

#define ENGINEIO_TYPE_HTTP_OPTIONS (engineio_http_options_get_type ())

/**
 * EngineioHttpOptions:
 *
 * How a server answers requests: cookies, compression, and the hooks that may look at them. See
 * [class@EngineioOptions] for the rest.
 */
G_DECLARE_DERIVABLE_TYPE (EngineioHttpOptions,
                          engineio_http_options,
                          ENGINEIO,
                          HTTP_OPTIONS,
                          GObject)

struct _EngineioHttpOptionsClass
{
  GObjectClass parent_class;

  gpointer padding[4];
};

/**
 * EngineioUseFunc:
 * @incoming: a request, to be allowed or refused now or later; who answers later keeps a reference
 * @user_data: data of [method@EngineioHttpOptions.use]
 *
 * Looks at a request before anything is done with it.
 */
typedef void (*EngineioUseFunc) (EngineioIncoming *incoming, gpointer user_data);

void engineio_http_options_use (EngineioHttpOptions *options,
                                EngineioUseFunc func,
                                gpointer user_data,
                                GDestroyNotify destroy);

G_END_DECLS
