// Package temple books darshans and sevas at temples whose portal gives out slots:
// so many tickets for an hour, on sale from a fixed minute on.
//
// It knows HTTP through package portal and nothing of workflows. No Go names a
// temple or a seva: both are codes of the portal's, and come from the catalog.
//
// # What is known and what is assumed
//
// Known from public pages is how such portals behave: a quota opens at a minute
// that is announced, everybody comes in that minute, and visitors are put into a
// queue whose page reloads itself until it is their turn. Tickets are in the names
// of the pilgrims, with the number of a paper that is shown at the gate, and are
// not taken back. No portal publishes its forms: paths, names of fields and texts
// below are assumed, and are to be checked before the first real call.
//
//	GET  slots.do    the table of a day's slots, with when a closed one opens
//	GET  book.do     the form of a slot; or the queue; or when it opens
//	POST hold.do     holds the tickets until they are paid
//	POST confirm.do  the ticket
//	GET  ticket.do   the ticket by our reference or its own number
//	POST release.do  gives a hold back
//
// # The queue
//
// In the rush book.do answers a page with a pass. Whoever comes back with the pass
// keeps the place; whoever comes without begins at the end. The connector keeps
// the pass of each HoldRequest.Reference until the turn comes, so a caller only
// has to hold again, with the same reference, when the UnavailableError says.
// Passes live in this process: a request that goes on at another worker queues
// anew, which costs the place and nothing else.
package temple
