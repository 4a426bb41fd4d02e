/* lan-avahi.c: the way to the Avahi of this machine, if there is one
 *
 * Avahi speaks mDNS for all programs and is asked over the system bus. There may be no bus, or no
 * Avahi on it, and both may come, go and come back: LanAvahi follows that, and says no more of it
 * than a line for who asks for info. LanBrowser and LanAnnouncer do their work while it runs.
 *
 * The connection is its own, not the one that the process shares: whoever is on that one ends with
 * the bus, and Avahi frees what a program has asked for when its connection closes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "lan-avahi.h"

#define NAME "org.freedesktop.Avahi"

/* avahi-common/defs.h: the one state of the server in which it takes services. */
#define SERVER_RUNNING 2

/* Without a bus, or when it went: the first try, and what the pause between tries grows to. */
#define MIN_RETRY_SECONDS 1
#define MAX_RETRY_SECONDS 64

struct _LanAvahi
{
  GObject parent_instance;

  GDBusConnection *connection;
  char *owner; /* who has Avahi's name */
  gboolean available;
  gboolean running;

  GCancellable *cancellable; /* for as long as the object lives */
  GCancellable *asking; /* for as long as the owner is the same */
  guint watch_id;
  guint state_id;
  guint retry_id;
  guint retry_seconds;
  gboolean told; /* that there is none */
};

enum
{
  PROP_0,
  PROP_AVAILABLE,
  PROP_RUNNING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LanAvahi, lan_avahi, G_TYPE_OBJECT)

static void lan_avahi_connect (LanAvahi *self);

/* {{{ The daemon */

/* Once, however often it is looked for. */
static void
lan_avahi_tell_absence (LanAvahi *self, const char *what)
{
  if (!self->told)
    g_info ("%s, so that chats on the network are neither found nor announced", what);
  self->told = TRUE;
}

static void
lan_avahi_set_available (LanAvahi *self, gboolean available)
{
  if (self->available == available)
    return;

  self->available = available;
  if (available)
    self->told = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
}

static void
lan_avahi_set_running (LanAvahi *self, gboolean running)
{
  if (self->running == running)
    return;

  g_debug ("Avahi is %s", running ? "running" : "not running");
  self->running = running;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

static void
on_state (GObject *source, GAsyncResult *result, gpointer user_data)
{
  LanAvahi *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = lan_avahi_call_finish (result, &error);
  int state;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL)
    {
      g_debug ("Avahi does not answer: %s", error->message);
      return;
    }

  g_variant_get (reply, "(i)", &state);
  if (state == SERVER_RUNNING)
    lan_avahi_set_available (self, TRUE);
  lan_avahi_set_running (self, state == SERVER_RUNNING);
}

/* Asks rather than believes the signal, which an earlier answer may overtake. */
static void
lan_avahi_ask_state (LanAvahi *self)
{
  lan_avahi_call (self, "/", LAN_AVAHI_SERVER, "GetState", NULL, "(i)", self->asking, on_state,
                  self);
}

/* Its own host name may be taken; then it looks for another, and what was announced is void. */
static void
on_state_changed (GDBusConnection *connection,
                  const char *sender,
                  const char *path,
                  const char *interface,
                  const char *signal,
                  GVariant *parameters,
                  gpointer user_data)
{
  LanAvahi *self = user_data;
  int state;

  if (!g_str_equal (signal, "StateChanged") ||
      !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(is)")))
    return;

  g_variant_get (parameters, "(i&s)", &state, NULL);
  if (state != SERVER_RUNNING)
    lan_avahi_set_running (self, FALSE);
  lan_avahi_ask_state (self);
}

static void
lan_avahi_lose_owner (LanAvahi *self)
{
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->state_id != 0)
    lan_avahi_unsubscribe (self, self->state_id);
  self->state_id = 0;
  lan_avahi_set_running (self, FALSE);
  lan_avahi_set_available (self, FALSE);
  g_clear_pointer (&self->owner, g_free);
}

static void
on_name_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  LanAvahi *self = user_data;

  lan_avahi_lose_owner (self);
  lan_avahi_tell_absence (self, "There is no Avahi");
}

static void
on_name_appeared (GDBusConnection *connection,
                  const char *name,
                  const char *owner,
                  gpointer user_data)
{
  LanAvahi *self = user_data;

  lan_avahi_lose_owner (self);
  self->owner = g_strdup (owner);
  self->asking = g_cancellable_new ();
  self->state_id = lan_avahi_subscribe (self, LAN_AVAHI_SERVER, on_state_changed, self);
  lan_avahi_ask_state (self);
}

/* }}} */
/* {{{ The bus */

static gboolean
on_retry (gpointer user_data)
{
  LanAvahi *self = user_data;

  self->retry_id = 0;
  lan_avahi_connect (self);
  return G_SOURCE_REMOVE;
}

static void
lan_avahi_retry (LanAvahi *self)
{
  self->retry_id = g_timeout_add_seconds (self->retry_seconds, on_retry, self);
  self->retry_seconds = MIN (self->retry_seconds * 2, MAX_RETRY_SECONDS);
}

static void
lan_avahi_disconnect (LanAvahi *self)
{
  if (self->connection == NULL)
    return;

  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  lan_avahi_lose_owner (self);
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_dbus_connection_close (self->connection, NULL, NULL, NULL);
  g_clear_object (&self->connection);
}

static void
on_closed (GDBusConnection *connection, gboolean peer_vanished, GError *error, LanAvahi *self)
{
  lan_avahi_disconnect (self);
  lan_avahi_tell_absence (self, "The system bus is gone");
  lan_avahi_retry (self);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  LanAvahi *self = user_data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (connection == NULL)
    {
      g_debug ("The system bus: %s", error->message);
      lan_avahi_tell_absence (self, "There is no system bus");
      lan_avahi_retry (self);
      return;
    }

  self->connection = connection;
  self->retry_seconds = MIN_RETRY_SECONDS;
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  self->watch_id = g_bus_watch_name_on_connection (connection, NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                   on_name_appeared, on_name_vanished, self, NULL);
}

/* The address comes from DBUS_SYSTEM_BUS_ADDRESS or is the usual one; finding it waits for
 * nothing. */
static void
lan_avahi_connect (LanAvahi *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, &error);

  if (address == NULL)
    {
      g_debug ("The system bus: %s", error->message);
      lan_avahi_tell_absence (self, "There is no system bus");
      return;
    }

  g_dbus_connection_new_for_address (address,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                       G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, self->cancellable, on_connected, self);
}

/* }}} */
/* {{{ The object */

static void
lan_avahi_dispose (GObject *object)
{
  LanAvahi *self = LAN_AVAHI (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  lan_avahi_disconnect (self);

  G_OBJECT_CLASS (lan_avahi_parent_class)->dispose (object);
}

static void
lan_avahi_finalize (GObject *object)
{
  LanAvahi *self = LAN_AVAHI (object);

  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (lan_avahi_parent_class)->finalize (object);
}

static void
lan_avahi_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LanAvahi *self = LAN_AVAHI (object);

  switch (prop_id)
    {
    case PROP_AVAILABLE:
      g_value_set_boolean (value, self->available);
      break;

    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lan_avahi_class_init (LanAvahiClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lan_avahi_dispose;
  object_class->finalize = lan_avahi_finalize;
  object_class->get_property = lan_avahi_get_property;

  /**
   * LanAvahi:available:
   *
   * Whether there is an Avahi to ask. When it becomes false, all that it was asked for is void; a
   * daemon that restarts is seen as one that goes and one that comes.
   */
  properties[PROP_AVAILABLE] = g_param_spec_boolean ("available", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LanAvahi:running:
   *
   * Whether it takes services now. For a while it does not, while it looks for another name for
   * this machine because somebody has the one that it had.
   */
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lan_avahi_init (LanAvahi *self)
{
  self->cancellable = g_cancellable_new ();
  self->retry_seconds = MIN_RETRY_SECONDS;
  lan_avahi_connect (self);
}

/**
 * lan_avahi_new:
 *
 * Begins to look for Avahi. Nothing is found before the main loop runs.
 *
 * Returns: (transfer full): the way to it
 */
LanAvahi *
lan_avahi_new (void)
{
  return g_object_new (LAN_TYPE_AVAHI, NULL);
}

/**
 * lan_avahi_get_available:
 * @avahi: the way to Avahi
 *
 * Returns: whether there is an Avahi to ask
 */
gboolean
lan_avahi_get_available (LanAvahi *self)
{
  return self->available;
}

/**
 * lan_avahi_get_running:
 * @avahi: the way to Avahi
 *
 * Returns: whether it takes services now
 */
gboolean
lan_avahi_get_running (LanAvahi *self)
{
  return self->running;
}

/**
 * lan_avahi_subscribe:
 * @avahi: the way to Avahi, with Avahi at its end
 * @interface: an interface
 * @callback: what to call for each of its signals
 * @user_data: data for it
 *
 * Listens to an interface's signals, of all objects: the signals of a new one come before the
 * reply that names it. Avahi sends to each connection what belongs to it alone.
 *
 * Returns: an id for [method@LanAvahi.unsubscribe]
 */
guint
lan_avahi_subscribe (LanAvahi *self,
                     const char *interface,
                     GDBusSignalCallback callback,
                     gpointer user_data)
{
  return g_dbus_connection_signal_subscribe (self->connection, self->owner, interface, NULL, NULL,
                                             NULL, G_DBUS_SIGNAL_FLAGS_NONE, callback, user_data,
                                             NULL);
}

/**
 * lan_avahi_unsubscribe:
 * @avahi: the way to Avahi
 * @id: what [method@LanAvahi.subscribe] gave
 *
 * Stops to listen. To be called before or while `available` becomes false.
 */
void
lan_avahi_unsubscribe (LanAvahi *self, guint id)
{
  g_dbus_connection_signal_unsubscribe (self->connection, id);
}

/**
 * lan_avahi_call:
 * @avahi: the way to Avahi, with Avahi at its end
 * @path: an object
 * @interface: its interface
 * @method: the method
 * @parameters: (nullable): a tuple; a floating one is taken
 * @reply_type: the type of the reply
 * @cancellable: (nullable): lets go of the reply
 * @callback: (nullable): what to call with the reply
 * @user_data: data for it
 *
 * Calls a method.
 */
void
lan_avahi_call (LanAvahi *self,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                const char *reply_type,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  g_dbus_connection_call (self->connection, self->owner, path, interface, method, parameters,
                          G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          cancellable, callback, user_data);
}

/**
 * lan_avahi_call_finish:
 * @result: what the callback got, with the connection as its source
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the reply
 */
GVariant *
lan_avahi_call_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (GObject) connection = g_async_result_get_source_object (result);

  return g_dbus_connection_call_finish (G_DBUS_CONNECTION (connection), result, error);
}

/**
 * lan_avahi_free_object:
 * @avahi: the way to Avahi
 * @path: (nullable): an object that Avahi made for us, if any
 * @interface: its interface
 *
 * Lets Avahi forget an object. If Avahi is gone, so is the object.
 */
void
lan_avahi_free_object (LanAvahi *self, const char *path, const char *interface)
{
  if (path != NULL && self->owner != NULL)
    lan_avahi_call (self, path, interface, "Free", NULL, "()", NULL, NULL, NULL);
}

/* }}} */
