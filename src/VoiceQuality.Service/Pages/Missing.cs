namespace VoiceQuality.Service.Pages;

/// <summary>
/// The one answer for what is not there. An account of somebody else, an unknown unit and a random address get the
/// same octets, so nothing can be learned by asking (contract R-101).
/// </summary>
internal static class Missing
{
    /// <summary>404 as a page.</summary>
    public static IResult Page() =>
        new PageResult<MissingPage>(ViewNames.NotFound, new MissingPage(), StatusCodes.Status404NotFound);

    /// <summary>404 as problem details (RFC 9457).</summary>
    public static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Problem() =>
        TypedResults.Problem(
            title: "Not found", detail: "There is nothing at this address, or it is not yours.",
            statusCode: StatusCodes.Status404NotFound);
}

/// <summary>The page of <see cref="Missing"/>; it holds nothing about the request.</summary>
public sealed record MissingPage;

/// <summary>A request that cannot be understood, by field.</summary>
/// <param name="Errors">Name of the field and what is wrong with it.</param>
public sealed record BadRequestPage(IReadOnlyDictionary<string, string[]> Errors);
