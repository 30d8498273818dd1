// What we ask of a rendered page, in a world of its own (see visit.py).

var VOID = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "));
var RAW = new Set(["style"]);
var DROPPED = new Set(["noscript", "template"]);

// In the place of the root element, for a page that has removed its own: it shows nothing.
var NOTHING = {scrollTop: 0, clientHeight: 0, scrollHeight: 0};

// What hides most below its edge: the page, or a large box in it where an application scrolls by
// itself.
function scroller() {
  let found = document.scrollingElement || document.documentElement || NOTHING;
  let below = found.scrollHeight - innerHeight;
  for (const box of document.querySelectorAll("body, main, div, section, ul")) {
    if (box.scrollHeight - box.clientHeight <= below) continue;
    if (box.clientWidth * box.clientHeight < innerWidth * innerHeight / 4) continue;
    if (!/auto|scroll/.test(getComputedStyle(box).overflowY)) continue;
    below = box.scrollHeight - box.clientHeight;
    found = box;
  }
  return found;
}

function look() {
  const box = scroller();
  return {
    ready: document.readyState !== "loading",
    bottom: box.scrollTop + box.clientHeight >= box.scrollHeight - 2,
    height: box.scrollHeight,
    pictures: pictures(document),
    text: document.body ? document.body.innerText.trim().length : 0,
  };
}

function pictures(root) {
  let count = 0;
  for (const element of root.querySelectorAll("*")) {
    if (element.localName === "img" && element.getAttribute("src")) count++;
    if (element.shadowRoot) count += pictures(element.shadowRoot);
  }
  return count;
}

function scroll() {
  const box = scroller();
  box.scrollTop += Math.max(box.clientHeight * 0.9, 100);
}

// The page as HTML, open shadow roots in the place of what they hide, scripts left out but for
// data. null where it is longer than `most` characters.
function written(most) {
  const out = ["<!DOCTYPE html>"];
  let left = most;
  const say = (text) => {
    left -= text.length;
    if (left < 0) throw null;
    out.push(text);
  };
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const write = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return say(escaped(node.data));
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const name = node.localName;
    if (DROPPED.has(name) || !/^[a-z][\w:.-]*$/i.test(name)) return;
    if (name === "script" && !/json/.test(node.type)) return;
    if (name === "slot" && node.assignedNodes({flatten: true}).length)
      return node.assignedNodes({flatten: true}).forEach(write);
    say("<" + name);
    for (const {name: key, value} of node.attributes)
      if (/^[^\s"'<>\/=]+$/.test(key))
        say(" " + key + '="' + value.replace(/&/g, "&amp;").replace(/"/g, "&quot;") + '"');
    say(">");
    if (VOID.has(name)) return;
    if (RAW.has(name) || name === "script") say(node.textContent.replace(/<\//g, "<\\/"));
    else if (name !== "iframe") (node.shadowRoot || node).childNodes.forEach(write);
    say("</" + name + ">");
  };
  try {
    if (document.documentElement) write(document.documentElement);
  } catch (error) {
    if (error === null || error instanceof RangeError) return null;
    throw error;
  }
  return out.join("");
}
