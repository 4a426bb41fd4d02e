/* socketio-member-set.h: the members of a room, in the order in which they joined
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SocketioMemberSet SocketioMemberSet;

SocketioMemberSet *socketio_member_set_new (void);
void socketio_member_set_free (SocketioMemberSet *set);

gboolean socketio_member_set_add (SocketioMemberSet *set, gpointer member);
gboolean socketio_member_set_remove (SocketioMemberSet *set, gpointer member);
gboolean socketio_member_set_contains (SocketioMemberSet *set, gpointer member);
guint socketio_member_set_get_size (SocketioMemberSet *set);

guint socketio_member_set_get_n_places (SocketioMemberSet *set);
gpointer socketio_member_set_peek (SocketioMemberSet *set, guint place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketioMemberSet, socketio_member_set_free)

G_END_DECLS
