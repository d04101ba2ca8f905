<%@ Page Language="C#" %><!DOCTYPE html><html><head><title>Record</title></head><body><form runat="server"><p id="village"><%= Request.QueryString["village"] %></p></form></body></html>
