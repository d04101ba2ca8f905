package money

// The kinds of reconciliation cases. Each is opened once for its subject and closed by the comparison that finds it gone.
const (
	// CaseUnknownCapture: the gateway has taken a payment that no order of ours knows. Subject: the payment.
	CaseUnknownCapture = "unknown_capture"
	// CaseNotAtGateway: our books have a payment that the gateway does not. Subject: the payment.
	CaseNotAtGateway = "not_at_gateway"
	// CaseCapturedAmount: the gateway took another amount than our books have. Subject: the payment.
	CaseCapturedAmount = "captured_amount"
	// CaseRefundDiffers: what went back is not what was owed. Subject: the refund, by the gateway's id.
	CaseRefundDiffers = "refund_differs"
	// CaseSettledAmount: the gateway paid out something else than it took. Subject: the payment or refund.
	CaseSettledAmount = "settled_amount"
	// CasePostedAmount: the department has another amount. Subject: the order.
	CasePostedAmount = "posted_amount"
	// CaseNotAtDepartment: the department does not know a payment that it acknowledged. Subject: the order.
	CaseNotAtDepartment = "not_at_department"
	// CaseContradiction: the department has the money and it was given back, or is to be. Subject: the order.
	CaseContradiction = "contradiction"
	// CaseHeld: money was taken, and the request has ended without passing it on or giving it back. Subject: the order.
	CaseHeld = "held"
	// CaseRefundLate: a refund failed, or is not through on the day that the citizen was told. Subject: our id of the refund.
	CaseRefundLate = "refund_late"
)
