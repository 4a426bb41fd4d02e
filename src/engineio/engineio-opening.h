/* engineio-opening.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * EngineioOpening:
 *
 * What the first request of a session said: its URL and its headers. It never changes.
 */
typedef struct _EngineioOpening EngineioOpening;

#define ENGINEIO_TYPE_OPENING (engineio_opening_get_type ())

GType engineio_opening_get_type (void) G_GNUC_CONST;

/**
 * EngineioHeaderFunc:
 * @name: the name of a header, in lower case
 * @value: its value
 * @user_data: data
 *
 * Called for a header.
 */
typedef void (*EngineioHeaderFunc) (const char *name, const char *value, gpointer user_data);

EngineioOpening *engineio_opening_new (SoupServerMessage *message, gboolean secure);
EngineioOpening *engineio_opening_ref (EngineioOpening *opening);
void engineio_opening_unref (EngineioOpening *opening);

const char *engineio_opening_get_url (EngineioOpening *opening);
gboolean engineio_opening_is_secure (EngineioOpening *opening);
const char *engineio_opening_get_header (EngineioOpening *opening, const char *name);
void engineio_opening_foreach_header (EngineioOpening *opening,
                                      EngineioHeaderFunc func,
                                      gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineioOpening, engineio_opening_unref)

G_END_DECLS
