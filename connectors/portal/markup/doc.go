// Package markup reads HTML into the same tree as package html of golang.org/x/net,
// several times quicker where the page is in order.
//
// The HTML standard tells for every disorder how it is repaired, and looking out for
// all of them is most of what its parser does. Portals' pages are long because of
// lists and tables that need no repair. So a page is first read by a small builder
// that knows ordinary elements, properly nested, with the end tags that are usually
// left out (of options, list items, cells and rows). At the first thing it does not
// know it gives up, and the standard's parser reads the page from the beginning. The
// tree is the same either way; the tests hold the two against each other.
//
// Strings of the tree are parts of the text that was read: who keeps one keeps the
// text in memory.
//
// The package knows HTML alone.
package markup
