package gateway

import (
	"slices"

	"github.com/google/uuid"

	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
)

// people resolves who writes, for one batch of messages: by business-scoped user id, then by that of the parent portfolio,
// then by phone. It starts from what the store knows, learns with each message, and in the end says what changed.
type people struct {
	stored   map[store.IdentityKey]store.Identity
	current  map[store.IdentityKey]string // person
	bsuids   map[personIn]string
	verified map[string]bool
	created  []string
	distrust []string
	merges   []store.Merge
}

type personIn struct{ person, portfolio string }

func newPeople(identities []store.Identity) *people {
	p := &people{
		stored:   make(map[store.IdentityKey]store.Identity, len(identities)),
		current:  make(map[store.IdentityKey]string, len(identities)),
		bsuids:   map[personIn]string{},
		verified: map[string]bool{},
	}
	for _, identity := range identities {
		p.stored[identity.IdentityKey] = identity
		p.current[identity.IdentityKey] = identity.Person
		p.verified[identity.Person] = identity.Verified
		if identity.BSUID != "" {
			p.bsuids[personIn{identity.Person, identity.Portfolio}] = identity.BSUID
			p.learnStored(store.IdentityKey{Portfolio: identity.Portfolio, Kind: store.IdentityBSUID, Value: identity.BSUID}, identity)
		}
	}
	return p
}

// learnStored notes a stored id that we did not ask for: it may have to be closed.
func (p *people) learnStored(key store.IdentityKey, of store.Identity) {
	if _, known := p.stored[key]; !known {
		of.IdentityKey, of.Stale = key, false
		p.stored[key] = of
		p.current[key] = of.Person
	}
}

// identityKeys are the names that a message gives, of its sender and of whom the sender became.
func identityKeys(portfolio string, m *whatsapp.Message) []store.IdentityKey {
	keys := senderKeys(portfolio, m.From)
	if m.Change != nil {
		keys = append(keys, senderKeys(portfolio, m.Change.To)...)
		keys = append(keys, senderKeys(portfolio, m.Change.Previous)...)
	}
	return keys
}

func senderKeys(portfolio string, s whatsapp.Sender) []store.IdentityKey {
	named := []store.IdentityKey{
		{Portfolio: portfolio, Kind: store.IdentityBSUID, Value: s.UserID},
		{Portfolio: portfolio, Kind: store.IdentityParentBSUID, Value: s.ParentUserID},
		{Portfolio: portfolio, Kind: store.IdentityPhone, Value: s.Phone},
	}
	return slices.DeleteFunc(named, func(key store.IdentityKey) bool { return key.Value == "" })
}

// resolve returns the person who sent a message, a new one if need be.
func (p *people) resolve(portfolio string, from whatsapp.Sender) string {
	keys := senderKeys(portfolio, from)
	person := ""
	for _, key := range keys {
		if holder, known := p.current[key]; known && p.accepts(holder, key, from) {
			person = holder
			break
		}
	}
	if person == "" {
		person = uuid.Must(uuid.NewV7()).String()
		p.created = append(p.created, person)
	}
	for _, key := range keys {
		p.give(key, person)
	}
	return person
}

// accepts says whether the holder of one name can be the sender of all of them. A phone whose holder has another user id has
// changed hands (reference §6.3, phone recycling).
func (p *people) accepts(holder string, key store.IdentityKey, from whatsapp.Sender) bool {
	known := p.bsuids[personIn{holder, key.Portfolio}]
	return key.Kind != store.IdentityPhone || from.UserID == "" || known == "" || known == from.UserID
}

// give makes key name person, whoever had it before. Two persons who turn out to be one are merged if neither has proved
// who they are and only one has a user id.
func (p *people) give(key store.IdentityKey, person string) {
	holder, taken := p.current[key]
	if taken && holder != person {
		p.merge(key, holder, person)
	}
	if key.Kind == store.IdentityBSUID {
		in := personIn{person, key.Portfolio}
		if old := p.bsuids[in]; old != "" && old != key.Value {
			delete(p.current, store.IdentityKey{Portfolio: key.Portfolio, Kind: key.Kind, Value: old})
		}
		p.bsuids[in] = key.Value
	}
	p.current[key] = person
}

func (p *people) merge(key store.IdentityKey, from, into string) {
	sameHuman := key.Kind == store.IdentityPhone && p.bsuids[personIn{from, key.Portfolio}] == ""
	if sameHuman && !p.verified[from] && !p.verified[into] && !slices.Contains(p.created, from) {
		p.merges = append(p.merges, store.Merge{From: from, Into: into})
	}
}

// change follows a system message: the person keeps requests and conversation, and has to prove again who they are, because
// a changed number may be a new owner. It is false for a person we never met.
func (p *people) change(portfolio string, m *whatsapp.Message) bool {
	person := ""
	for _, key := range slices.Concat(senderKeys(portfolio, m.From), senderKeys(portfolio, m.Change.Previous)) {
		if holder, known := p.current[key]; known && person == "" {
			person = holder
		}
	}
	if person == "" {
		return false
	}
	p.distrust = append(p.distrust, person)
	p.release(portfolio, person, m)
	for _, key := range senderKeys(portfolio, m.Change.To) {
		delete(p.current, key) // of whoever had the number before
		p.give(key, person)
	}
	return true
}

// release closes the names that the change replaced.
func (p *people) release(portfolio, person string, m *whatsapp.Message) {
	to := m.Change.To
	for _, key := range slices.Concat(senderKeys(portfolio, m.From), senderKeys(portfolio, m.Change.Previous)) {
		replaced := key.Kind == store.IdentityPhone && to.Phone != "" && to.Phone != key.Value ||
			key.Kind == store.IdentityBSUID && to.UserID != "" && to.UserID != key.Value ||
			key.Kind == store.IdentityParentBSUID && to.ParentUserID != "" && to.ParentUserID != key.Value
		if replaced && p.current[key] == person {
			delete(p.current, key)
		}
	}
}

// learnt is the difference between what the store knew and what is known now.
func (p *people) learnt() store.PeopleChange {
	change := store.PeopleChange{Create: p.created, Distrust: p.distrust, Merge: p.merges}
	for key, before := range p.stored {
		if p.current[key] != before.Person {
			change.Close = append(change.Close, key)
		} else if before.Stale {
			change.Seen = append(change.Seen, key)
		}
	}
	for key, person := range p.current {
		if p.stored[key].Person != person {
			change.Add = append(change.Add, store.Identity{IdentityKey: key, Person: person})
		}
	}
	return change
}
