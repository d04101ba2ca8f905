package payments

import "time"

// ByHand is what a gateway has beside Gateway that cannot give money back: its Refund always refuses, an officer does it at the bank, and says so.
type ByHand interface {
	// ReturnedByHand is the refund that an officer says was made.
	ReturnedByHand(request RefundRequest, at time.Time) Refund
}

// Opener is what a gateway has beside Gateway whose link leads to a page of ours, the one at LinkRequest.CallbackURL: it opens the payer's app,
// and the same can be scanned with another phone.
type Opener interface {
	// Intent reads the address of a link of this gateway, by its query: what opens the app, as a link and as a PNG picture. ok is false for an
	// address that is not one, or whose time is over.
	Intent(address string) (link string, picture []byte, ok bool)
}
