package twin

import (
	"fmt"
	"net/http"
	"time"
)

// shortestLife of a link that expires.
const shortestLife = 15 * time.Minute

func (s *Sandbox) createLink(w http.ResponseWriter, r *http.Request) {
	var wanted link
	if !readBody(w, r, &wanted) {
		return
	}
	if field, fault := s.linkFault(wanted); fault != "" {
		invalid(w, field, fault)
		return
	}
	now := s.now()
	o := &order{
		ID: newID("order_"), Entity: "order", Amount: wanted.Amount, AmountDue: wanted.Amount, Currency: "INR",
		Receipt: wanted.ReferenceID, Status: "created", Notes: wanted.Notes, CreatedAt: now,
	}
	made := &link{
		ID: newID("plink_"), Amount: wanted.Amount, Currency: "INR", AcceptPartial: wanted.AcceptPartial,
		ReferenceID: wanted.ReferenceID, Description: wanted.Description, ExpireBy: wanted.ExpireBy,
		Status: "created", OrderID: o.ID, CallbackURL: wanted.CallbackURL, CallbackMethod: wanted.CallbackMethod,
		ReminderEnable: wanted.ReminderEnable, Notes: wanted.Notes, CreatedAt: now,
	}
	made.ShortURL = s.publicURL(r) + "/l/" + made.ID
	s.saveOrder(o)
	s.saveLink(made)
	s.nudge()
	answer(w, made)
}

func (s *Sandbox) publicURL(r *http.Request) string {
	if s.config.PublicURL != "" {
		return s.config.PublicURL
	}
	return "http://" + r.Host
}

// linkFault finds the first thing wrong with a new link.
func (s *Sandbox) linkFault(l link) (field, fault string) {
	switch {
	case l.Amount < 100:
		return "amount", "The amount must be atleast INR 1.00"
	case l.Currency != "" && l.Currency != "INR":
		return "currency", "Currency is not supported"
	case len(l.ReferenceID) > 40:
		return "reference_id", "The reference id may not be greater than 40 characters."
	case len(l.Description) > 2048:
		return "description", "The description may not be greater than 2048 characters."
	case l.ExpireBy != 0 && l.ExpireBy < s.config.Clock().Add(shortestLife).Unix():
		return "expire_by", "expire_by should be at least 15 minutes after current time"
	case l.CallbackURL != "" && l.CallbackMethod != "get":
		return "callback_method", "callback_method must be get"
	}
	if fault := notesFault(l.Notes); fault != "" {
		return "notes", fault
	}
	if _, taken := s.linkByReference[l.ReferenceID]; taken {
		return "reference_id", fmt.Sprintf("payment link with given reference_id: (%s) already exists", l.ReferenceID)
	}
	return "", ""
}

func (s *Sandbox) listLinks(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	found := s.listed(query.Get("reference_id"))
	if id := query.Get("payment_id"); id != "" {
		found = keep(found, func(l *link) bool {
			return len(keep(l.Payments, func(p linkPayment) bool { return p.PaymentID == id })) > 0
		})
	}
	answer(w, map[string]any{"payment_links": append([]*link{}, page(r, found)...)})
}

// listed are the links of a reference, of which there is one at most, or all.
func (s *Sandbox) listed(reference string) []*link {
	if reference == "" {
		return s.links.all()
	}
	if id, known := s.linkByReference[reference]; known {
		return []*link{s.links.byID[id]}
	}
	return nil
}

func (s *Sandbox) readLink(w http.ResponseWriter, r *http.Request) {
	if found, ok := s.links.byID[r.PathValue("id")]; ok {
		answer(w, found)
		return
	}
	unknownID(w)
}

func (s *Sandbox) cancelLink(w http.ResponseWriter, r *http.Request) {
	found, ok := s.links.byID[r.PathValue("id")]
	if !ok {
		unknownID(w)
		return
	}
	if found.Status != "created" {
		invalid(w, "", "Payment link in "+found.Status+" state cannot be cancelled")
		return
	}
	found.Status, found.CancelledAt = "cancelled", s.now()
	s.saveLink(found)
	s.announce("payment_link.cancelled", payload{Link: found})
	answer(w, found)
}

func (s *Sandbox) createOrder(w http.ResponseWriter, r *http.Request) {
	var wanted order
	if !readBody(w, r, &wanted) {
		return
	}
	switch fault := notesFault(wanted.Notes); {
	case wanted.Amount < 100:
		invalid(w, "amount", "Order amount less than minimum amount allowed")
		return
	case wanted.Currency != "INR":
		invalid(w, "currency", "Currency is not supported")
		return
	case len(wanted.Receipt) > 40:
		invalid(w, "receipt", "The receipt may not be greater than 40 characters.")
		return
	case fault != "":
		invalid(w, "notes", fault)
		return
	}
	made := &order{
		ID: newID("order_"), Entity: "order", Amount: wanted.Amount, AmountDue: wanted.Amount, Currency: "INR",
		Receipt: wanted.Receipt, Status: "created", Notes: wanted.Notes, CreatedAt: s.now(),
	}
	s.saveOrder(made)
	answer(w, made)
}

func (s *Sandbox) listOrders(w http.ResponseWriter, r *http.Request) {
	found := s.orders.all()
	if receipt := r.URL.Query().Get("receipt"); receipt != "" {
		found = keep(found, func(o *order) bool { return o.Receipt == receipt })
	}
	answer(w, list(page(r, found)))
}

func (s *Sandbox) readOrder(w http.ResponseWriter, r *http.Request) {
	if found, ok := s.orders.byID[r.PathValue("id")]; ok {
		answer(w, found)
		return
	}
	unknownID(w)
}

func (s *Sandbox) orderPayments(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if _, ok := s.orders.byID[id]; !ok {
		unknownID(w)
		return
	}
	answer(w, list(keep(s.payments.all(), func(p *payment) bool { return p.OrderID == id })))
}

// Links lists the references of the links that were really made, oldest first.
func (s *Sandbox) Links() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	references := make([]string, 0, len(s.links.ids))
	for _, l := range s.links.all() {
		references = append(references, l.ReferenceID)
	}
	return references
}
