/**
 * What keeps the status page up to date: it asks for the page again and takes over what has changed. So the page is
 * made in one place, and shows the same without scripts.
 */
export const script = `
const PERIOD = 2000;
const refresh = async () => {
  if (document.hidden) return;
  try {
    const response = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PERIOD) });
    if (!response.ok) throw new Error(response.statusText);
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const old of document.querySelectorAll("[data-live]")) {
      const fresh = next.getElementById(old.id);
      // What has not changed stays, and with it what somebody has selected there.
      if (fresh !== null && !fresh.isEqualNode(old)) old.replaceWith(document.adoptNode(fresh));
    }
    document.getElementById("lost").hidden = true;
  } catch {
    document.getElementById("lost").hidden = false;
  }
};
setInterval(refresh, PERIOD);
document.addEventListener("visibilitychange", refresh);
`;
