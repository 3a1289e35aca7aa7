namespace VoiceQuality.Sla.Privacy;

/// <summary>Who asks. Nobody may see everything .</summary>
public enum CpniRole
{
    /// <summary>Nobody is logged in.</summary>
    Anonymous,

    /// <summary>A user of one account.</summary>
    Customer,

    /// <summary>An engineer: quality of all units, call detail with a purpose.</summary>
    Noc,

    /// <summary>Amounts only.</summary>
    Billing,

    /// <summary>Logs only.</summary>
    Compliance,

    /// <summary>Any other member of the staff, who sees nothing of a customer.</summary>
    Other,
}

/// <summary>What is asked for.</summary>
public enum CpniResourceClass
{
    /// <summary>Single calls: numbers, times, signalling.</summary>
    CallDetail,

    /// <summary>Scores, coverage and outages of a unit.</summary>
    Quality,

    /// <summary>Usage totals, credits, ledger.</summary>
    Amounts,

    /// <summary>Who saw what of the account .</summary>
    AccessLog,

    /// <summary>Consents, breaches, audit trail.</summary>
    ComplianceRecord,

    /// <summary>Figures over several accounts.</summary>
    Aggregate,

    /// <summary>Anything else of a customer: nobody but the customer.</summary>
    Other,
}

/// <summary>Why access was refused.</summary>
public enum CpniRefusal
{
    /// <summary>There is none such for this actor; the same answer as for one that does not exist .</summary>
    NotFound,

    /// <summary>Nobody is logged in.</summary>
    LoginRequired,

    /// <summary>The role does not see this class.</summary>
    FieldNotPermitted,

    /// <summary>Call detail is opened with a purpose or not at all.</summary>
    PurposeRequired,

    /// <summary>The actor has no current training record .</summary>
    TrainingRequired,

    /// <summary>An individual customer could be derived: too few accounts .</summary>
    TooFewAccounts,

    /// <summary>An individual customer could be derived: one account is most of the volume .</summary>
    OneAccountDominates,
}

/// <summary>Who asks, and why.</summary>
/// <param name="Role">The role.</param>
/// <param name="AccountId">The account of a customer; null for staff.</param>
/// <param name="Purpose">Purpose or ticket; null or blank when none was given.</param>
/// <param name="IsTrained">Whether the training record is current; asked of staff only.</param>
public sealed record CpniActor(CpniRole Role, string? AccountId, string? Purpose, bool IsTrained);

/// <summary>What is asked for.</summary>
/// <param name="Class">Its class.</param>
/// <param name="AccountId">Whose it is; null for an aggregate, and for an object that does not exist.</param>
/// <param name="Publication">For an aggregate: whether it may be published.</param>
/// <param name="IsSealed">Whether legal process forbids to show it to the account .</param>
public sealed record CpniResource(
    CpniResourceClass Class,
    string? AccountId,
    PublicationDecision Publication = PublicationDecision.NothingMeasured,
    bool IsSealed = false);

/// <summary>The answer to a request for data of a customer.</summary>
/// <param name="Status">HTTP status: 200, 401, 403 or 404.</param>
/// <param name="Reason">Why refused; null when granted.</param>
/// <param name="IsLogged">
/// Whether the access log gets an entry, refused or not; if it cannot be written, nothing is shown.
/// </param>
public sealed record CpniAccessDecision(int Status, CpniRefusal? Reason, bool IsLogged);

/// <summary>
/// The one gate before data of a customer. What is not permitted is
/// refused. A foreign object is not found, whoever's it is, so that nobody learns that it exists.
/// </summary>
public static class CpniAccess
{
    /// <summary>Decides for one object.</summary>
    public static CpniAccessDecision Decide(CpniActor actor, CpniResource resource)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(resource);

        if (resource.Class == CpniResourceClass.Aggregate)
        {
            return DecideAggregate(resource.Publication);
        }

        // A user of no account is nobody: no missing account id may ever match another missing one.
        if (actor.Role == CpniRole.Anonymous || (actor.Role == CpniRole.Customer && actor.AccountId is null))
        {
            return Refuse(401, CpniRefusal.LoginRequired);
        }

        var refusal = actor.Role == CpniRole.Customer ? RefuseCustomer(actor, resource) : RefuseStaff(actor, resource);
        return refusal switch
        {
            null => new CpniAccessDecision(200, null, IsLogged: true),
            CpniRefusal.NotFound => Refuse(404, CpniRefusal.NotFound),
            { } reason => Refuse(403, reason),
        };
    }

    private static CpniRefusal? RefuseCustomer(CpniActor actor, CpniResource resource) =>
        !string.Equals(actor.AccountId, resource.AccountId, StringComparison.Ordinal) || resource.IsSealed
            ? CpniRefusal.NotFound
            : null;

    private static CpniRefusal? RefuseStaff(CpniActor actor, CpniResource resource) =>
        !MaySee(actor.Role, resource.Class) ? CpniRefusal.FieldNotPermitted
        : !actor.IsTrained ? CpniRefusal.TrainingRequired
        : resource.Class == CpniResourceClass.CallDetail && string.IsNullOrWhiteSpace(actor.Purpose)
            ? CpniRefusal.PurposeRequired
        : resource.AccountId is null ? CpniRefusal.NotFound
        : null;

    private static bool MaySee(CpniRole role, CpniResourceClass resource) => (role, resource) switch
    {
        (CpniRole.Noc, CpniResourceClass.CallDetail or CpniResourceClass.Quality) => true,
        (CpniRole.Billing, CpniResourceClass.Amounts) => true,
        (CpniRole.Compliance, CpniResourceClass.AccessLog or CpniResourceClass.ComplianceRecord) => true,
        _ => false,
    };

    // Figures from which no customer can be derived are no data of a customer: no login and no entry in the log.
    private static CpniAccessDecision DecideAggregate(PublicationDecision publication) => publication switch
    {
        PublicationDecision.Published => new CpniAccessDecision(200, null, IsLogged: false),
        PublicationDecision.OneAccountDominates =>
            new CpniAccessDecision(403, CpniRefusal.OneAccountDominates, IsLogged: false),
        _ => new CpniAccessDecision(403, CpniRefusal.TooFewAccounts, IsLogged: false),
    };

    private static CpniAccessDecision Refuse(int status, CpniRefusal reason) => new(status, reason, IsLogged: true);
}
