using System.Security.Cryptography;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>Gives an answer octet by octet as it was stored .</summary>
internal sealed class StoredAnswerResult(StoredAnswer answer, string? location) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => answer.Status;

    /// <summary>SHA-256 of the answer, lower-case hexadecimal: what the audit trail notes of it.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(answer.Body.Span));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = answer.Status;
        response.Headers.Location = location;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body, httpContext.RequestAborted);
    }
}
