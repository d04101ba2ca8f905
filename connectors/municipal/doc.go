// Package municipal speaks DIGIT, the platform of eGov Foundation that hundreds
// of Indian towns run: complaints (PGR v2), and what is due on a property, a
// connection or a licence and that it was paid (billing v2 and collection). It
// has the grievance and the bill capability. Towns that speak Open311 are served
// by the package open311 below this one.
//
// # Configuration
//
// PortalConfig.Settings: "tenant" is the state's tenant such as "pb" and needed;
// the town's, such as "pb.amritsar", comes with each call (Grievance.Tenant, or
// BillQuery.Fields["tenantId"]). See the Setting constants for the others.
// PortalConfig.Credentials: "username" and "password" of the account the state
// gave the hub. BillQuery.Service is the code of the business service, such as
// "PT", and BillQuery.Account its consumer code.
//
// # What is known and what is assumed
//
// Known, from the sources of DIGIT (egovernments/municipal-services and
// business-services) and its clients. All calls are JSON by POST, and every body
// has a RequestInfo with the token and the user who is logged in:
//
//	/user/oauth/token                         form, Basic "egov-user-client:"
//	/egov-mdms-service/v1/_search             RAINMAKER-PGR.ServiceDefs
//	/egov-location/location/v11/boundarys/_search
//	/filestore/v1/files                       multipart file, tenantId, module
//	/pgr-services/v2/request/_create, _update, _search
//	/billing-service/bill/v2/_fetchbill
//	/collection-services/payments/_create, /{module}/_search
//
// Errors are status 400 with {"Errors": [{code, message}]}. Two services answer
// the same list under two names (ServiceWrappers and PGREntities).
//
//   - A complaint is created behind a queue: a search right after may not show
//     it for seconds. Find therefore looks until the setting "settle" has passed
//     before it calls a complaint not there.
//   - There is no idempotency key. Our reference goes into additionalDetail of a
//     complaint and is the transactionNumber of a payment; both come back in a
//     search.
//   - A payment must be of whole rupees, of the full amount unless the service
//     allows parts, and for a bill that has not expired; one bill is paid once
//     (PaymentValidator). Bills are made anew when they expire, so PostPayment
//     asks for the present one and pays it only if it is of the same amount.
//
// Assumed: that a bill's expiryDate is the day to pay by; that a consumer code
// without demands and payments is unknown to the town unless the service's own
// register, named by a "registry." setting, has it; and that a complaint may be
// reopened for ten days, the default of pgr.complain.idle.time.
package municipal
