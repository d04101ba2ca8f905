// Package electricity speaks to the bill portals of electricity companies: what
// is due on a service number, and that it was paid.
//
// Three wire shapes are known, and PortalConfig.Settings["shape"] chooses one. A
// company's portal takes one of them; which company takes which is the state's
// configuration. It knows HTTP through package portal and nothing of workflows.
//
// # What is known and what is assumed
//
// Public pages tell that one shape is asked by CSC_REGNO and PS_TXN_ID, the
// other by REQUEST_NO and MOBILE, over plain HTTP. No specification is public:
// paths, the other names and all codes below are assumed, in the style of such
// portals, and are to be checked against the company's document before the first
// real call. All values are strings, amounts are rupees with two decimals, dates
// dd/mm/yyyy and dd/mm/yyyy hh:mm:ss in Indian time. Every answer has status
// 200; the code inside decides.
//
// Shape "regno":
//
//	GET  {base}/billinfo?CSC_REGNO=
//	  {STATUS, ERROR_CODE, MESSAGE, CSC_REGNO, CONSUMER_NAME, BILL_NO,
//	   BILL_MONTH mm/yyyy, BILL_DATE, DUE_DATE, CURRENT_DEMAND, ARREARS,
//	   TOTAL_AMOUNT, BILL_STATUS UNPAID|PAID|NIL, PAID_DATE, RECEIPT_NO}
//	POST {base}/payment  JSON {CSC_REGNO, PS_TXN_ID, BILL_NO, PAID_AMOUNT,
//	   PAID_DATE, PG_TXN_ID}
//	GET  {base}/paymentstatus?CSC_REGNO=&PS_TXN_ID=
//	  {STATUS, ERROR_CODE, MESSAGE, CSC_REGNO, PS_TXN_ID, RECEIPT_NO,
//	   PAID_AMOUNT, POSTED_DATE}
//
// with STATUS "S" or "F" and the error codes E101 malformed number, E102 no such
// number, E201 already paid, E202 wrong amount, E203 PS_TXN_ID used before, E204
// no such PS_TXN_ID, E301 payment not accepted for this service, E900 busy.
//
// Shape "requestno", all by form POST:
//
//	POST {base}/getBill    SCNO, MOBILE
//	  {RESP_CODE, RESP_DESC, DATA: {SCNO, NAME, BILLNO, BILLMON yyyymm, BILLDT,
//	   DUEDT, BILLAMT, ARREAR, NETAMT, PAYFLAG N|Y|X, PAIDDT, RCPTNO}}
//	POST {base}/postPayment  SCNO, MOBILE, REQUEST_NO, BILLNO, AMOUNT, PAYDT, PGREF
//	POST {base}/getPayment   SCNO, MOBILE, REQUEST_NO
//	  {RESP_CODE, RESP_DESC, DATA: {SCNO, REQUEST_NO, RCPTNO, AMOUNT, POSTDT}}
//
// with RESP_CODE "000", 101 malformed number, 102 no such number, 103 malformed
// mobile, 201 already paid, 202 wrong amount, 203 REQUEST_NO used before, 204 no
// such REQUEST_NO, 301 payment not accepted, 900 busy. The mobile number comes
// from BillQuery.Fields["MOBILE"].
//
// Shape "wss" is a Java product that several companies run under their own name
// (Maharashtra's, and one of Odisha's). Every call is a form sent to one address,
// and uiActionName says what is wanted:
//
//	POST {base}/wss?uiActionName=postViewPayBill&IsAjax=true
//	   ConsumerNo (12 digits), BuNumber (billing unit), consumerType
//	  {consumerNo, consumerName, billNumber, billMonth Mmm-yyyy, billDate and
//	   dueDate dd-MMM-yyyy, billAmount, arrears, netPPDAmount,
//	   promptPaymentDate "/Date(ms)/", billToBePaid Y|N, lastReceiptDate,
//	   lastReceiptNo} or the bare word false
//	POST {base}/wss?uiActionName=postAgencyCollection&IsAjax=true
//	   the same and billNumber, amount, collectionRefNo, pgRefNo, collectionDate
//	POST {base}/wss?uiActionName=getAgencyCollection&IsAjax=true
//	   the same and collectionRefNo
//	  {consumerNo, collectionRefNo, receiptNo, amount, collectionDate}
//
// Public client code shows the first action with its three parameters and the
// names consumerNo, billMonth, billDate, dueDate, billAmount, netPPDAmount,
// promptPaymentDate and billToBePaid; amounts are JSON numbers. All else is
// assumed: false for no such consumer or posting, the two collection actions, and
// the messageCode of a refusal: WSS-101 malformed number, WSS-103 malformed billing
// unit, WSS-201 already paid, WSS-202 wrong amount, WSS-203 reference used before,
// WSS-301 payment not accepted, WSS-900 busy. netPPDAmount is what to pay up to
// promptPaymentDate, billAmount afterwards. BuNumber and consumerType come from
// Fields. Newer releases put a captcha before the first action; they are answered
// as changed until a company agrees to an interface for agencies.
package electricity
