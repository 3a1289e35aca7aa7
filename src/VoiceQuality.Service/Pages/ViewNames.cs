namespace VoiceQuality.Service.Pages;

/// <summary>Paths of the compiled views.</summary>
internal static class ViewNames
{
    public const string Trust = "/Pages/TrustPage/Trust.cshtml";
    public const string Account = "/Pages/TrustPage/Account.cshtml";
    public const string Usage = "/Pages/TrustPage/Usage.cshtml";
    public const string Unit = "/Pages/TrustPage/Unit.cshtml";
    public const string Calls = "/Pages/Noc/Calls.cshtml";
    public const string Call = "/Pages/Noc/Call.cshtml";
    public const string Accounts = "/Pages/Noc/Accounts.cshtml";
    public const string Risk = "/Pages/Noc/Risk.cshtml";
    public const string Reviews = "/Pages/Noc/Reviews.cshtml";
    public const string Signalling = "/Pages/Noc/Signalling.cshtml";
    public const string Alarms = "/Pages/Noc/Alarms.cshtml";
    public const string Components = "/Pages/Noc/Components.cshtml";
    public const string Failure = "/Pages/Noc/Failure.cshtml";
    public const string NotFound = "/Pages/NotFound.cshtml";
    public const string BadRequest = "/Pages/BadRequest.cshtml";
    public const string Error = "/Pages/Error.cshtml";
}
