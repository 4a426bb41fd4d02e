/* lan-announcer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LanAnnouncerState:
 * @LAN_ANNOUNCER_WAITING: there is no Avahi to ask, or it is busy with itself
 * @LAN_ANNOUNCER_HIDDEN: nobody else could reach the chat, so that it is not announced
 * @LAN_ANNOUNCER_REGISTERING: Avahi looks whether the name is free
 * @LAN_ANNOUNCER_ANNOUNCED: others can find the chat
 * @LAN_ANNOUNCER_FAILED: Avahi refused
 *
 * How far an announcement is.
 */
typedef enum
{
  LAN_ANNOUNCER_WAITING,
  LAN_ANNOUNCER_HIDDEN,
  LAN_ANNOUNCER_REGISTERING,
  LAN_ANNOUNCER_ANNOUNCED,
  LAN_ANNOUNCER_FAILED,
} LanAnnouncerState;

#define LAN_TYPE_ANNOUNCER_STATE (lan_announcer_state_get_type ())
#define LAN_TYPE_ANNOUNCER       (lan_announcer_get_type ())

GType lan_announcer_state_get_type (void);
G_DECLARE_FINAL_TYPE (LanAnnouncer, lan_announcer, LAN, ANNOUNCER, GObject)

LanAnnouncer *lan_announcer_new (const char *name, const char *id, guint16 port, const char *path);

void lan_announcer_set_name (LanAnnouncer *announcer, const char *name);
void lan_announcer_set_address (LanAnnouncer *announcer, const char *address);
LanAnnouncerState lan_announcer_get_state (LanAnnouncer *announcer);

G_END_DECLS
