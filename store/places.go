package store

import (
	"strconv"

	"github.com/jansetu/jansetu/store/vault"
)

// Where each encrypted value belongs. A row is named by what it is known by before it is written.

func placeOfIdentity(lookup []byte) vault.Place {
	return vault.Place{Table: "channel_identity", Column: "value", Row: string(lookup)}
}

func placeOfSession(key ConversationKey) vault.Place {
	return vault.Place{Table: "conversation", Column: "session", Row: key.Person + "|" + key.PhoneNumberID}
}

func placeInRequest(column, reference string) vault.Place {
	return vault.Place{Table: "request", Column: column, Row: reference}
}

func placeInOutbox(column string, seal int64) vault.Place {
	return vault.Place{Table: "outbox", Column: column, Row: strconv.FormatInt(seal, 16)}
}

func placeInQuestion(column, id string) vault.Place {
	return vault.Place{Table: "question", Column: column, Row: id}
}

func placeOfDocument(id string) vault.Place {
	return vault.Place{Table: "document", Column: "content", Row: id}
}

func placeOfEvent(provider, id string) vault.Place {
	return vault.Place{Table: "payment_event", Column: "raw", Row: provider + "|" + id}
}

func placeOfPaper(id string) vault.Place {
	return vault.Place{Table: "paper", Column: "content", Row: id}
}

func placeOfDefect(request string) vault.Place {
	return vault.Place{Table: "defect", Column: "place", Row: request}
}
