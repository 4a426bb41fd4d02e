/* lan-announcer.c: lets others find a chat
 *
 * Has Avahi announce the service, again after each restart of it, and under another name when the
 * name is taken. Avahi withdraws it when the connection of LanAvahi closes, however we end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "lan-announcer.h"

#include "lan-avahi.h"
#include "lan-scope.h"
#include "lan-text.h"

/* avahi-common/defs.h, AvahiEntryGroupState */
enum
{
  GROUP_ESTABLISHED = 2,
  GROUP_COLLISION,
  GROUP_FAILURE,
};

#define COLLISION_ERROR "org.freedesktop.Avahi.CollisionError"

/* Not even a room full of chats with one name needs so many tries. */
#define MAX_RENAMES 250

struct _LanAnnouncer
{
  GObject parent_instance;

  char *name;
  char *id;
  guint16 port;
  char *path;
  char *address;
  LanAnnouncerState state;

  LanAvahi *avahi;
  GCancellable *cancellable; /* for one try, until Avahi or the address is another */
  guint group_id;
  char *group; /* the path of our entry group */
  char *instance; /* the service's name; kept over restarts, so that it does not change */
  guint renames;
};

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (LanAnnouncerState,
                    lan_announcer_state,
                    G_DEFINE_ENUM_VALUE (LAN_ANNOUNCER_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (LAN_ANNOUNCER_HIDDEN, "hidden"),
                    G_DEFINE_ENUM_VALUE (LAN_ANNOUNCER_REGISTERING, "registering"),
                    G_DEFINE_ENUM_VALUE (LAN_ANNOUNCER_ANNOUNCED, "announced"),
                    G_DEFINE_ENUM_VALUE (LAN_ANNOUNCER_FAILED, "failed"))

G_DEFINE_FINAL_TYPE (LanAnnouncer, lan_announcer, G_TYPE_OBJECT)

static void lan_announcer_add_service (LanAnnouncer *self);

/* {{{ The entry group */

static void
lan_announcer_set_state (LanAnnouncer *self, LanAnnouncerState state)
{
  if (self->state == state)
    return;

  self->state = state;
  if (state == LAN_ANNOUNCER_ANNOUNCED)
    g_info ("The chat is announced as “%s”", self->instance);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* Returns the reply; without one, the try is over, or was given up and self is gone. */
static GVariant *
finish_call (GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = lan_avahi_call_finish (result, &error);

  if (reply == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_debug ("Avahi does not announce the chat: %s", error->message);
      lan_announcer_set_state (user_data, LAN_ANNOUNCER_FAILED);
    }
  return reply;
}

static void
on_alternative (GObject *source, GAsyncResult *result, gpointer user_data)
{
  LanAnnouncer *self = user_data;
  g_autoptr (GVariant) reply = finish_call (result, user_data);

  if (reply == NULL)
    return;

  g_free (self->instance);
  g_variant_get (reply, "(s)", &self->instance);
  lan_announcer_add_service (self);
}

/* Somebody has the name: another host, or another chat of this one. */
static void
lan_announcer_rename (LanAnnouncer *self)
{
  if (self->renames++ >= MAX_RENAMES)
    {
      lan_announcer_set_state (self, LAN_ANNOUNCER_FAILED);
      return;
    }

  lan_announcer_set_state (self, LAN_ANNOUNCER_REGISTERING);
  lan_avahi_call (self->avahi, self->group, LAN_AVAHI_ENTRY_GROUP, "Reset", NULL, "()", NULL, NULL,
                  NULL);
  lan_avahi_call (self->avahi, "/", LAN_AVAHI_SERVER, "GetAlternativeServiceName",
                  g_variant_new ("(s)", self->instance), "(s)", self->cancellable, on_alternative,
                  self);
}

static void
on_committed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply G_GNUC_UNUSED = finish_call (result, user_data);
}

static void
on_service_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  LanAnnouncer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = lan_avahi_call_finish (result, &error);
  g_autofree char *remote = error != NULL ? g_dbus_error_get_remote_error (error) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_strcmp0 (remote, COLLISION_ERROR) == 0)
    {
      lan_announcer_rename (self);
      return;
    }
  if (reply == NULL)
    {
      g_debug ("Avahi does not take the chat: %s", error->message);
      lan_announcer_set_state (self, LAN_ANNOUNCER_FAILED);
      return;
    }

  lan_avahi_call (self->avahi, self->group, LAN_AVAHI_ENTRY_GROUP, "Commit", NULL, "()",
                  self->cancellable, on_committed, self);
}

static void
lan_announcer_add_service (LanAnnouncer *self)
{
  LanScope scope;

  if (!lan_scope_find (self->address, &scope))
    {
      lan_announcer_set_state (self, LAN_ANNOUNCER_HIDDEN);
      return;
    }

  lan_avahi_call (self->avahi, self->group, LAN_AVAHI_ENTRY_GROUP, "AddService",
                  g_variant_new ("(iiussssq@aay)", scope.interface, scope.protocol, 0,
                                 self->instance, LAN_SERVICE_TYPE, "", "", self->port,
                                 lan_text_make_txt (self->name, self->id, self->path)),
                  "()", self->cancellable, on_service_added, self);
}

static void
on_group_signal (GDBusConnection *connection,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *signal,
                 GVariant *parameters,
                 gpointer user_data)
{
  LanAnnouncer *self = user_data;
  int state;

  if (g_strcmp0 (path, self->group) != 0 || !g_str_equal (signal, "StateChanged") ||
      !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(is)")))
    return;

  g_variant_get (parameters, "(i&s)", &state, NULL);
  if (state == GROUP_ESTABLISHED)
    lan_announcer_set_state (self, LAN_ANNOUNCER_ANNOUNCED);
  else if (state == GROUP_COLLISION)
    lan_announcer_rename (self);
  else if (state == GROUP_FAILURE)
    lan_announcer_set_state (self, LAN_ANNOUNCER_FAILED);
}

/* }}} */
/* {{{ Avahi comes and goes */

static void
on_group (GObject *source, GAsyncResult *result, gpointer user_data)
{
  LanAnnouncer *self = user_data;
  g_autoptr (GVariant) reply = finish_call (result, user_data);

  if (reply == NULL)
    return;

  g_variant_get (reply, "(o)", &self->group);
  lan_announcer_add_service (self);
}

static void
lan_announcer_start (LanAnnouncer *self)
{
  self->cancellable = g_cancellable_new ();
  self->renames = 0;
  self->group_id = lan_avahi_subscribe (self->avahi, LAN_AVAHI_ENTRY_GROUP, on_group_signal, self);
  lan_announcer_set_state (self, LAN_ANNOUNCER_REGISTERING);
  lan_avahi_call (self->avahi, "/", LAN_AVAHI_SERVER, "EntryGroupNew", NULL, "(o)",
                  self->cancellable, on_group, self);
}

static void
lan_announcer_stop (LanAnnouncer *self)
{
  if (self->cancellable == NULL)
    return;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  lan_avahi_unsubscribe (self->avahi, self->group_id);
  lan_avahi_free_object (self->avahi, self->group, LAN_AVAHI_ENTRY_GROUP);
  g_clear_pointer (&self->group, g_free);
  lan_announcer_set_state (self, LAN_ANNOUNCER_WAITING);
}

/* A host that looks for another name takes its services back, so they are announced anew. */
static void
on_avahi_running (LanAvahi *avahi, GParamSpec *pspec, LanAnnouncer *self)
{
  if (lan_avahi_get_running (avahi))
    lan_announcer_start (self);
  else
    lan_announcer_stop (self);
}

/* }}} */
/* {{{ The object */

static void
lan_announcer_dispose (GObject *object)
{
  LanAnnouncer *self = LAN_ANNOUNCER (object);

  if (self->avahi != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->avahi, self);
      lan_announcer_stop (self);
    }
  g_clear_object (&self->avahi);

  G_OBJECT_CLASS (lan_announcer_parent_class)->dispose (object);
}

static void
lan_announcer_finalize (GObject *object)
{
  LanAnnouncer *self = LAN_ANNOUNCER (object);

  g_free (self->name);
  g_free (self->id);
  g_free (self->path);
  g_free (self->address);
  g_free (self->instance);

  G_OBJECT_CLASS (lan_announcer_parent_class)->finalize (object);
}

static void
lan_announcer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LanAnnouncer *self = LAN_ANNOUNCER (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lan_announcer_class_init (LanAnnouncerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lan_announcer_dispose;
  object_class->finalize = lan_announcer_finalize;
  object_class->get_property = lan_announcer_get_property;

  /**
   * LanAnnouncer:state:
   *
   * How far the announcement is.
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, LAN_TYPE_ANNOUNCER_STATE,
                                              LAN_ANNOUNCER_WAITING,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lan_announcer_init (LanAnnouncer *self)
{
  self->avahi = lan_avahi_new ();
  g_signal_connect (self->avahi, "notify::running", G_CALLBACK (on_avahi_running), self);
}

/**
 * lan_announcer_new:
 * @name: the chat's name, UTF-8
 * @id: (nullable): the chat's id, which a restart does not change
 * @port: the port that it listens on
 * @path: where its page is, from the slash on
 *
 * Announces a chat for as long as the object lives. Avahi may start later, or again. Nothing is
 * sent before the main loop runs.
 *
 * Returns: (transfer full): the announcer
 */
LanAnnouncer *
lan_announcer_new (const char *name, const char *id, guint16 port, const char *path)
{
  LanAnnouncer *self;

  g_return_val_if_fail (name != NULL && path != NULL && port != 0, NULL);

  self = g_object_new (LAN_TYPE_ANNOUNCER, NULL);
  self->name = g_strdup (name);
  self->id = g_strdup (id);
  self->port = port;
  self->path = g_strdup (path);
  self->instance = lan_text_make_instance (name);
  return self;
}

/* What is announced already is taken back, and announced as it is now. */
static void
lan_announcer_restart (LanAnnouncer *self)
{
  if (self->cancellable == NULL)
    return;

  lan_announcer_stop (self);
  lan_announcer_start (self);
}

/**
 * lan_announcer_set_name:
 * @announcer: an announcer
 * @name: the chat's name, UTF-8
 *
 * Announces the chat by another name.
 */
void
lan_announcer_set_name (LanAnnouncer *self, const char *name)
{
  g_return_if_fail (LAN_IS_ANNOUNCER (self));
  g_return_if_fail (name != NULL);

  if (g_str_equal (self->name, name))
    return;

  g_free (self->name);
  g_free (self->instance);
  self->name = g_strdup (name);
  self->instance = lan_text_make_instance (name);
  lan_announcer_restart (self);
}

/**
 * lan_announcer_set_address:
 * @announcer: an announcer
 * @address: (nullable): the address that the chat listens on; %NULL for all
 *
 * Announces the chat only where that address is, and not at all if it is one of the loopback. Other
 * addresses of the same interface are announced beside it: they belong to the host.
 */
void
lan_announcer_set_address (LanAnnouncer *self, const char *address)
{
  g_return_if_fail (LAN_IS_ANNOUNCER (self));

  if (g_strcmp0 (self->address, address) == 0)
    return;

  g_free (self->address);
  self->address = g_strdup (address);
  lan_announcer_restart (self);
}

/**
 * lan_announcer_get_state:
 * @announcer: an announcer
 *
 * Returns: how far the announcement is
 */
LanAnnouncerState
lan_announcer_get_state (LanAnnouncer *self)
{
  g_return_val_if_fail (LAN_IS_ANNOUNCER (self), LAN_ANNOUNCER_WAITING);

  return self->state;
}

/* }}} */
