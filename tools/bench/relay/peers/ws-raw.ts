import { serveGroups } from "./ws-groups.ts";

// A peer of the relay: the path is the group; every frame goes to all others in it as it came.

serveGroups((sender, members, data) => {
  for (const member of members) if (member !== sender) member.send(data, { binary: false });
});
