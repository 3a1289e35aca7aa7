using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Policies;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>What every request has in common that moves money .</summary>
internal static class IdempotentPost
{
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>Most octets of a body.</summary>
    public const int LargestBody = 16 * 1024;

    public const string Description =
        "Needs the header Idempotency-Key, 1 to 255 visible ASCII characters, which belongs to the account: the same "
        + "key with the same body is given the first answer again and does nothing, with another body it is refused "
        + "(422), and while the first is still running too (409). ";

    /// <summary>The body; null when it is larger than allowed.</summary>
    public static async Task<byte[]?> ReadBodyAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[LargestBody + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > LargestBody ? null : buffer[..length];
    }

    /// <summary>The key; names an error when there is none.</summary>
    public static string KeyOf(HttpContext context, Dictionary<string, string[]> errors)
    {
        var keys = context.Request.Headers[KeyHeader];
        if (keys.Count == 1 && Idempotency.Decide(keys[0], "", known: null) != IdempotencyDecision.NoKey)
        {
            return keys[0]!;
        }

        errors[KeyHeader] = ["must be one header of 1 to 255 visible ASCII characters"];
        return "";
    }

    /// <summary>
    /// Digest of a body; with a scope, of a request that is another one elsewhere or by somebody else.
    /// </summary>
    public static string DigestOf(byte[] body, string? scope = null) => Convert.ToHexStringLower(
        SHA256.HashData(scope is null ? body : [.. Encoding.UTF8.GetBytes(scope + "\n"), .. body]));

    /// <summary>Runs the request and gives its answer, stored or new, or says why not.</summary>
    /// <param name="run">Runs it.</param>
    /// <param name="title">What a refusal is called.</param>
    /// <param name="policy">The reading of the contract.</param>
    /// <param name="note">What the audit trail is told of it.</param>
    /// <param name="location">Address of what the answer is about; null for none.</param>
    public static async Task<IResult> RunAsync(
        Func<Task<IdempotentResult>> run, string title, ContractPolicy policy, ChangeNote note,
        string? location = null)
    {
        note.NoteChange(null, policy.Version);
        try
        {
            var result = await run();
            return result.Answer is { } answer
                ? new StoredAnswerResult(answer, location)
                : Refuse(
                    title,
                    Idempotency.RefusalStatus(result.Decision, policy)!.Value,
                    result.Decision == IdempotencyDecision.StillRunning
                        ? "The first request with this key is still running; ask again soon."
                        : "The key was used with another body; use a new one.");
        }
        catch (ClaimRefusedException refused)
        {
            return refused.Status == StatusCodes.Status404NotFound
                ? Pages.Missing.Problem()
                : Refuse(title, refused.Status, refused.Message);
        }
    }

    /// <summary>The policy in force for an account now, as far as refusals go.</summary>
    public static async Task<ContractPolicy> PolicyAsync(
        PolicyDirectory policies, string accountId, TimeProvider time, CancellationToken cancellationToken) =>
        (await policies.GetAsync(cancellationToken)).InForce(accountId, ClaimTime.PostingMonth(ClaimTime.Now(time)));

    public static ProblemHttpResult Refuse(string title, int status, string detail) =>
        TypedResults.Problem(title: title, detail: detail, statusCode: status);

    public static RouteHandlerBuilder Refusals(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
}
