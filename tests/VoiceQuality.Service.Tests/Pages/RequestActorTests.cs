using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using VoiceQuality.Service.Pages;
using Xunit;

namespace VoiceQuality.Service.Tests.Pages;

public class RequestActorTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("noc-7")]
    [InlineData("N.O_c-9")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void An_opaque_id_of_up_to_64_characters_is_an_actor(string sent)
    {
        Assert.True(RequestActor.TryRead(RequestWith(sent), out var actor, out var refusal));
        Assert.Equal(sent, actor);
        Assert.Null(refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("two words")]
    [InlineData("noc@example.net")]
    [InlineData("+15555550100")]
    [InlineData("\u00e9")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void Anything_else_is_refused_and_the_answer_names_the_header(string sent) =>
        AssertRefused(RequestWith(sent));

    [Fact]
    public void A_request_without_the_header_is_refused() => AssertRefused(new DefaultHttpContext());

    [Fact]
    public void A_request_with_two_actors_is_refused() => AssertRefused(RequestWith(new StringValues(["a", "b"])));

    [Fact]
    public void Case_does_not_make_a_second_person()
    {
        Assert.True(RequestActor.IsSame("noc-a", "NOC-A"));
        Assert.False(RequestActor.IsSame("noc-a", "noc-b"));
    }

    private static void AssertRefused(HttpContext request)
    {
        Assert.False(RequestActor.TryRead(request, out var actor, out var refusal));
        Assert.Empty(actor);
        var problem = Assert.IsType<ValidationProblem>(refusal);
        Assert.Equal(400, problem.StatusCode);
        Assert.Equal(["X-Actor"], problem.ProblemDetails.Errors.Keys);
    }

    private static DefaultHttpContext RequestWith(StringValues actor)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[RequestActor.Header] = actor;
        return context;
    }
}
