using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Audit;

namespace VoiceQuality.Service.Audit;

/// <summary>What a request changes, as far as it is known before it is carried out.</summary>
/// <param name="Context">The request.</param>
/// <param name="Before">Digest of what is changed as it was; null where it is made anew.</param>
internal sealed record ChangeNote(HttpContext Context, string? Before)
{
    /// <summary>The account that it is of, where the path does not say; null otherwise.</summary>
    public string? AccountId { get; init; }
}

/// <summary>
/// Records every request of the groups that are not public: one that may change something before its answer leaves
/// (R-87), one that looks at a customer's data soon after (R-120). It stands at the one place where routes get their
/// audience, so that a route cannot be without it.
/// </summary>
internal static class AuditRequests
{
    /// <summary>Header that says what data are looked at for, 1 to 64 of A-Z, a-z, 0-9, '-', '_' and '.'.</summary>
    public const string PurposeHeader = "X-Purpose";

    /// <summary>Actor of a request that does not say who makes it.</summary>
    public const string Unidentified = "unidentified";

    private const string Withheld = "withheld";
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;
    private static readonly object AccountsKey = new();
    private static readonly object DetailsKey = new();

    // Which class of fields a route shows, by the first part of its path that is found here.
    private static readonly (string Part, string Name)[] Fields =
    [
        ("/access-log", "ACCESS_LOG"), ("/audit", "AUDIT_TRAIL"), ("/reference", "REFERENCE_DATA"),
        ("/evidence", "EVIDENCE"), ("/claims", "CLAIMS"), ("/calls", "CALL_DETAIL"), ("/components", "FAILURES"),
        ("/failures", "FAILURES"), ("/outages", "FAILURES"), ("/billing", "BILLED_AMOUNTS"),
        ("/policies", "POLICIES"), ("/ledger", "LEDGER"), ("/rating", "USAGE"), ("/usage", "USAGE"),
    ];

    /// <summary>Names the accounts whose data an answer holds, where the path does not.</summary>
    public static void NoteAccountsRead(this HttpContext context, IEnumerable<string?> accounts) =>
        context.Items[AccountsKey] = accounts.Distinct(StringComparer.Ordinal).ToList();

    /// <summary>
    /// Adds to the entry of a change what it was before and is after, and the policy that it went by.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="before">Digest or small word; null where there was nothing.</param>
    /// <param name="after">Digest or small word.</param>
    /// <param name="policyVersion">Version of the contract policy; null where none decided.</param>
    /// <param name="accountId">The account that it is of, where the path does not say; null otherwise.</param>
    public static void NoteChange(
        this HttpContext context, string? before, string? after, string? policyVersion = null,
        string? accountId = null) =>
        context.Items[DetailsKey] = new Details(before, after, policyVersion, accountId);

    /// <summary>Notes what a change was made of: kept also when it is refused.</summary>
    public static void NoteChange(this ChangeNote note, string? after, string? policyVersion) =>
        note.Context.NoteChange(note.Before, after, policyVersion, note.AccountId);

    /// <summary>Digest of a record as the audit trail notes it: SHA-256 over its JSON, lower-case
    /// hexadecimal.</summary>
    public static string? DigestOf<T>(T? record)
        where T : class => record is null
            ? null
            : Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
                record, record.GetType(), JsonSerializerOptions.Web)));

    /// <summary>The filter of all routes.</summary>
    public static async ValueTask<object?> RecordAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var group = context.GetEndpoint()?.Metadata.GetMetadata<AccessGroupMetadata>()?.Group ?? AccessGroup.Public;
        if (group == AccessGroup.Public || context.RequestServices.GetService<AuditLog>() is not { } log)
        {
            return await next(invocation);
        }

        return HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            ? await ReadAsync(invocation, next, group)
            : await ChangeAsync(invocation, next, log);
    }

    private static async ValueTask<object?> ChangeAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next, AuditLog log)
    {
        var context = invocation.HttpContext;
        object? result;
        try
        {
            result = await next(invocation);
        }
        catch
        {
            await log.RecordAsync(Change(context, "FAILED", null), CancellationToken.None);
            throw;
        }

        // The client may have gone; what was done was done. Where the trail cannot be written, the answer is an error:
        // the same request again, with the same key, gives the same result and the entry.
        await log.RecordAsync(Change(context, StatusOf(result).ToString(Invariant), result), CancellationToken.None);
        return result;
    }

    private static async ValueTask<object?> ReadAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next, AccessGroup group)
    {
        var context = invocation.HttpContext;
        var result = await next(invocation);
        var status = StatusOf(result);
        if (status >= StatusCodes.Status400BadRequest)
        {
            // Nothing was disclosed.
            return result;
        }

        var access = context.RequestServices.GetRequiredService<AccessLog>();
        foreach (var account in AccountsOf(context, group))
        {
            await access.RecordAsync(
                Of(context, AuditCategory.Access, $"READ_{FieldsOf(context, group)}", status.ToString(Invariant)) with
                {
                    AccountId = account,
                    Purpose = PurposeOf(context.Request),
                },
                context.RequestAborted);
        }

        return result;
    }

    // A stored answer is noted by its digest, so that it can be told later which one was given.
    private static AuditEvent Change(HttpContext context, string outcome, object? result)
    {
        var noted = context.Items.TryGetValue(DetailsKey, out var details) ? (Details)details! : default;
        return Of(context, AuditCategory.Change, $"HTTP_{context.Request.Method.ToUpperInvariant()}", outcome) with
        {
            AccountId = RouteAccount(context) ?? noted.AccountId,
            Before = noted.Before,
            After = noted.After ?? (result as StoredAnswerResult)?.Digest,
            PolicyVersion = noted.PolicyVersion is { } policy && !AuditEvent.LooksLikeNumber(policy) ? policy : null,
            Purpose = PurposeOf(context.Request),
        };
    }

    private static AuditEvent Of(HttpContext context, AuditCategory category, string action, string outcome) => new()
    {
        Category = category,
        Actor = ActorOf(context),
        Action = action,
        Subject = SubjectOf(context),
        Origin = $"http {context.Connection.RemoteIpAddress?.ToString() ?? "unknown"}",
        Outcome = outcome,
    };

    private static string ActorOf(HttpContext context) =>
        RequestActor.TryRead(context, out var actor, out _) ? actor : Unidentified;

    // The path as it is mapped, with the ids that it was asked for: never the query, which may hold anything.
    private static string SubjectOf(HttpContext context)
    {
        var pattern = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        foreach (var (name, value) in context.Request.RouteValues)
        {
            if (value is string text)
            {
                pattern = pattern.Replace($"{{{name}}}", Harmless(text), StringComparison.OrdinalIgnoreCase);
            }
        }

        pattern = "/" + pattern.Trim('/');
        return pattern.Length <= AuditEvent.MaxText ? pattern : pattern[..AuditEvent.MaxText];
    }

    private static string Harmless(string text) => text.Length <= AuditEvent.MaxWord && RequestActor.IsActor(text)
        && !AuditEvent.LooksLikeNumber(text)
            ? text
            : "sha256." + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string? PurposeOf(HttpRequest request) =>
        request.Headers[PurposeHeader] is not [{ Length: > 0 } purpose] ? null
        : RequestActor.IsActor(purpose) && !AuditEvent.LooksLikeNumber(purpose) ? purpose
        : Withheld;

    private static IEnumerable<string?> AccountsOf(HttpContext context, AccessGroup group) =>
        RouteAccount(context) is { } account ? [account]
        : context.Items.TryGetValue(AccountsKey, out var noted) ? (List<string?>)noted!
        : group is AccessGroup.Noc or AccessGroup.Billing ? [AuditEvent.AllAccounts]
        : [null];

    // An id that is no account's may be anything, a telephone number too.
    private static string? RouteAccount(HttpContext context) =>
        context.Request.RouteValues.TryGetValue("accountId", out var value) && value is string account
        && context.RequestServices.GetRequiredService<IAccountBookSource>().Book.FindAccount(account) is { } known
            ? known.AccountId
            : null;

    private static string FieldsOf(HttpContext context, AccessGroup group)
    {
        var pattern = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        return Fields.FirstOrDefault(pair => pattern.Contains(pair.Part, StringComparison.OrdinalIgnoreCase)).Name
            ?? (group == AccessGroup.Billing ? "BILLED_AMOUNTS" : "MONTHLY_FIGURES");
    }

    private static int StatusOf(object? result)
    {
        while (result is INestedHttpResult nested)
        {
            result = nested.Result;
        }

        return (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
    }

    private readonly record struct Details(string? Before, string? After, string? PolicyVersion, string? AccountId);
}
