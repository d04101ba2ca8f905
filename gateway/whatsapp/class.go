package whatsapp

// Class groups Meta's error codes by what can be done about them: a closed set, used as a metric label.
// Source: Meta, Cloud API error codes; codes without a page there are marked where they were seen.
type Class string

// The error classes.
const (
	ClassToken         Class = "token"           // the token or its permissions: nothing from this number works
	ClassAccount       Class = "account"         // policy, payment method, registration: nothing from this number works
	ClassThrottle      Class = "throttle"        // the whole number or app is too fast
	ClassPair          Class = "pair"            // this citizen gets too much
	ClassSpam          Class = "spam"            // campaigns must stop, replies may go on
	ClassRegistration  Class = "registration"    // too many registrations
	ClassTransient     Class = "transient"       // the same may work later
	ClassUnreachable   Class = "unreachable"     // Meta was not reached or answered 5xx: the same may work later
	ClassMedia         Class = "media"           // the attachment could not be fetched or uploaded
	ClassWindow        Class = "window"          // the customer service window is closed
	ClassUndeliverable Class = "undeliverable"   // this person cannot be reached on this channel
	ClassHeldBack      Class = "held_back"       // Meta chose not to deliver, or the person opted out
	ClassRequest       Class = "request"         // we sent something wrong
	ClassIdentity      Class = "identity"        // the person's identity changed or does not suit this message
	ClassTemplate      Class = "template"        // the template is missing, paused or does not fit
	ClassFlow          Class = "flow"            // the Flow is blocked or throttled
	ClassUnknown       Class = "unknown"         // a code nobody has told us about
	ClassOutcome       Class = "outcome_unknown" // we do not know whether Meta took it
)

// classes is the one table of codes. Codes 200 to 299 are ClassToken and not listed one by one.
var classes = map[int]Class{
	0: ClassToken, 190: ClassToken, 3: ClassToken, 10: ClassToken, 131005: ClassToken,

	368: ClassAccount, 130497: ClassAccount, 131031: ClassAccount, 131042: ClassAccount, 131037: ClassAccount,
	131044: ClassAccount, 131045: ClassAccount, 133010: ClassAccount, 134011: ClassAccount,

	4: ClassThrottle, 80007: ClassThrottle, 130429: ClassThrottle,
	131056: ClassPair,
	131048: ClassSpam, 131064: ClassSpam,
	133016: ClassRegistration, 133008: ClassRegistration, 133009: ClassRegistration,

	1: ClassTransient, 2: ClassTransient, 131000: ClassTransient, 131016: ClassTransient, 133004: ClassTransient,
	131057: ClassTransient, 133000: ClassTransient, 133015: ClassTransient, 2494100: ClassTransient, 131036: ClassTransient,

	131053: ClassMedia, 131052: ClassMedia,
	131047: ClassWindow,

	131026: ClassUndeliverable, 130472: ClassUndeliverable, 131021: ClassUndeliverable, 131030: ClassUndeliverable,
	33: ClassUndeliverable, 1026: ClassUndeliverable,

	131049: ClassHeldBack, 131050: ClassHeldBack,

	100: ClassRequest, 131008: ClassRequest, 131009: ClassRequest, 131051: ClassRequest, 135000: ClassRequest,
	131055: ClassRequest,

	137000: ClassIdentity, 131062: ClassIdentity, 131063: ClassIdentity,

	132000: ClassTemplate, 132001: ClassTemplate, 132005: ClassTemplate, 132007: ClassTemplate, 132008: ClassTemplate,
	132012: ClassTemplate, 132015: ClassTemplate, 132016: ClassTemplate,

	132068: ClassFlow, 132069: ClassFlow,
}

// ClassOf classifies a code of Meta's, from a response or from a failed status.
func ClassOf(code int) Class {
	if class, known := classes[code]; known {
		return class
	}
	if code >= 200 && code <= 299 {
		return ClassToken
	}
	return ClassUnknown
}
