// What an app may expect to receive, in Slack's own types; made into JSON Schema by .ci/judges.

import type {
  BlockAction, BlockElementAction, BlockSuggestion, EnvelopedEvent, GlobalShortcut, MessageShortcut, SlashCommand, ViewClosedAction,
  ViewSubmitAction,
} from "@slack/bolt";
import type {
  AnyBlock, AppHomeOpenedEvent, AppMentionEvent, AppUninstalledEvent, ChannelArchiveEvent, ChannelCreatedEvent,
  ChannelRenameEvent, ChannelUnarchiveEvent, FileSharedEvent, ReactionAddedEvent, ReactionRemovedEvent,
  FileShareMessageEvent, GenericMessageEvent, HomeView, MemberJoinedChannelEvent, MemberLeftChannelEvent, MessageChangedEvent,
  MessageDeletedEvent, ModalView, SubteamCreatedEvent, SubteamMembersChangedEvent, SubteamUpdatedEvent,
  ThreadBroadcastMessageEvent, TokensRevokedEvent, UserChangeEvent,
} from "@slack/types";

export interface Payloads {
  command: SlashCommand;
  block_actions: BlockAction;
  action: BlockElementAction;
  view_submission: ViewSubmitAction;
  view_closed: ViewClosedAction;
  block_suggestion: BlockSuggestion;
  shortcut: GlobalShortcut;
  message_action: MessageShortcut;
  event_callback: EnvelopedEvent;
  app_home_opened: AppHomeOpenedEvent;
  app_mention: AppMentionEvent;
  message: GenericMessageEvent;
  file_share: FileShareMessageEvent;
  thread_broadcast: ThreadBroadcastMessageEvent;
  message_changed: MessageChangedEvent;
  message_deleted: MessageDeletedEvent;
  member_joined_channel: MemberJoinedChannelEvent;
  member_left_channel: MemberLeftChannelEvent;
  channel_rename: ChannelRenameEvent;
  channel_archive: ChannelArchiveEvent;
  user_change: UserChangeEvent;
  subteam_created: SubteamCreatedEvent;
  subteam_members_changed: SubteamMembersChangedEvent;
  subteam_updated: SubteamUpdatedEvent;
  channel_created: ChannelCreatedEvent;
  channel_unarchive: ChannelUnarchiveEvent;
  reaction_added: ReactionAddedEvent;
  reaction_removed: ReactionRemovedEvent;
  file_shared: FileSharedEvent;
  tokens_revoked: TokensRevokedEvent;
  app_uninstalled: AppUninstalledEvent;
  modal: ModalView;
  home: HomeView;
  blocks: AnyBlock[];
}
