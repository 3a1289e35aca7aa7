namespace VoiceQuality.Sla.Privacy;

/// <summary>A way to give a caller what the caller asks for. There is no other.</summary>
public enum PhoneDisclosureWay
{
    /// <summary>Hang up and call the number of record.</summary>
    CallBackNumberOfRecord,

    /// <summary>Say it in this call: the caller gave the password that was set before.</summary>
    DiscloseOnCall,

    /// <summary>Send it to the address of record.</summary>
    SendToAddressOfRecord,
}

/// <summary>What may be done when a customer calls and asks for its data.</summary>
public static class PhoneDisclosure
{
    /// <summary>Days for which an address must have been on the account (47 CFR 64.2003(b)).</summary>
    public const int SmallestAddressAgeDays = 30;

    /// <summary>The ways that are open, in a fixed order.</summary>
    /// <param name="passwordOk">Whether the caller gave the password that was set before, unprompted.</param>
    /// <param name="addressAgeDays">Full days since the address of record was set; null when there is none.</param>
    /// <param name="hasNumberOfRecord">Whether the account has a number of record.</param>
    public static IReadOnlyList<PhoneDisclosureWay> Allowed(
        bool passwordOk, long? addressAgeDays, bool hasNumberOfRecord)
    {
        var allowed = new List<PhoneDisclosureWay>();
        if (hasNumberOfRecord)
        {
            allowed.Add(PhoneDisclosureWay.CallBackNumberOfRecord);
        }

        if (passwordOk)
        {
            allowed.Add(PhoneDisclosureWay.DiscloseOnCall);
        }

        if (addressAgeDays >= SmallestAddressAgeDays)
        {
            allowed.Add(PhoneDisclosureWay.SendToAddressOfRecord);
        }

        return allowed;
    }
}

/// <summary>Why a recovery was not accepted.</summary>
public enum RecoveryRefusal
{
    /// <summary>A factor is, or may be, readily available biographical or account information.</summary>
    BiographicalOrAccountInformation,

    /// <summary>The customer could not give it: a new password is set by invitation .</summary>
    NewPasswordRequired,
}

/// <summary>Whether a back-up identification may let somebody in .</summary>
public static class AccountRecovery
{
    // What the customer holds, or what is sent to where the customer was reached before. All else might be known to
    // others, so it is refused: a list of what is forbidden would always lack something.
    private static readonly string[] Independent =
    [
        "recovery_code", "backup_code", "back_up_code", "passkey", "password", "totp", "otp", "one_time_code",
        "one_time_password", "authenticator", "authenticator_app", "security_key", "hardware_key", "hardware_token",
        "webauthn", "invitation", "invitation_code", "invitation_link",
    ];

    private static readonly string[] Delivered = ["code_", "link_", "invitation_", "otp_", "pin_", "call_", "callback_"];

    private static readonly string[] OfRecord = ["address_of_record", "number_of_record", "email_of_record"];

    /// <summary>Decides; null when it is accepted.</summary>
    /// <param name="factors">
    /// Names of what was asked for, such as "recovery_code" or "code_to_number_of_record".
    /// </param>
    /// <param name="passed">Whether the customer gave all of it.</param>
    public static RecoveryRefusal? Refusal(IReadOnlyCollection<string> factors, bool passed)
    {
        ArgumentNullException.ThrowIfNull(factors);
        return !factors.All(IsIndependent) ? RecoveryRefusal.BiographicalOrAccountInformation
            : factors.Count == 0 || !passed ? RecoveryRefusal.NewPasswordRequired
            : null;
    }

    /// <summary>Whether a factor is neither biographical nor account information.</summary>
    public static bool IsIndependent(string factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        var name = factor.Trim().ToLowerInvariant().Replace('-', '_').Replace(' ', '_');
        return Independent.Contains(name, StringComparer.Ordinal)
            || (OfRecord.Any(record => name.EndsWith(record, StringComparison.Ordinal))
                && Delivered.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal)));
    }
}

/// <summary>What of an account was changed .</summary>
public enum AccountChange
{
    /// <summary>The postal or electronic address of record.</summary>
    AddressOfRecord,

    /// <summary>The password.</summary>
    Password,

    /// <summary>How the customer is recognised, the back-up way among it.</summary>
    Authentication,

    /// <summary>The online account.</summary>
    OnlineAccount,

    /// <summary>Anything else of the account: the statement says "any account changes".</summary>
    Other,
}

/// <summary>Where a notice goes.</summary>
public enum NoticeAddress
{
    /// <summary>The address of record.</summary>
    AddressOfRecord,

    /// <summary>The address that was of record before the change: the new one may be the thief's.</summary>
    OldAddressOfRecord,
}

/// <summary>The notice of a change.</summary>
/// <param name="To">Where to; null when no notice is due.</param>
public readonly record struct AccountNotice(NoticeAddress? To)
{
    /// <summary>Whether a notice is due, at once.</summary>
    public bool IsDue => To is not null;

    /// <summary>Whether it says the new value: never (47 CFR 64.2010(f)).</summary>
    public static bool ContainsChangedValue => false;

    /// <summary>The notice for a change.</summary>
    /// <param name="change">What was changed.</param>
    /// <param name="atServiceInitiation">Whether it was set when the service began; that is no change.</param>
    public static AccountNotice For(AccountChange change, bool atServiceInitiation) => new(
        atServiceInitiation ? null
        : change == AccountChange.AddressOfRecord ? NoticeAddress.OldAddressOfRecord
        : NoticeAddress.AddressOfRecord);
}

/// <summary>Other authentication for business customers .</summary>
public static class AlternativeAuthentication
{
    /// <summary>Off, unless the account has a representative and the contract that covers it is recorded.</summary>
    public static bool IsAllowed(bool hasAccountRepresentative, string? contractId) =>
        hasAccountRepresentative && !string.IsNullOrWhiteSpace(contractId);
}
