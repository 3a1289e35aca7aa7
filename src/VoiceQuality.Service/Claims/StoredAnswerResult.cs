using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>Gives an answer octet by octet as it was stored .</summary>
internal sealed class StoredAnswerResult(StoredAnswer answer, string? location) : IResult
{
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
