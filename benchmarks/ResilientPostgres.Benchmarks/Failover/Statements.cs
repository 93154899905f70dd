using Npgsql;

namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>The tables and what is done to them. A row of <c>applied</c> is written with each row that really comes into being: a double shows.</summary>
static class Statements
{
    public const string Schema =
        """
        CREATE TABLE writes (id bigint PRIMARY KEY, note text NOT NULL);
        CREATE TABLE applied (id bigint NOT NULL);
        CREATE TABLE once (id bigint NOT NULL, note text NOT NULL);
        CREATE FUNCTION record_write() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO applied VALUES (NEW.id); RETURN NULL; END $$;
        CREATE TRIGGER record_write AFTER INSERT ON writes FOR EACH ROW EXECUTE FUNCTION record_write();
        """;

    public static Task<int> WriteAsync(NpgsqlConnection connection, long id, CancellationToken token) =>
        RunAsync(connection, "INSERT INTO writes VALUES ($1, 'a row of the benchmark') ON CONFLICT DO NOTHING", id, token);

    public static Task<int> WriteOnceAsync(NpgsqlConnection connection, long id, CancellationToken token) =>
        RunAsync(connection, "INSERT INTO once VALUES ($1, 'a row of the benchmark')", id, token);

    public static Task<int> ReadAsync(NpgsqlConnection connection, CancellationToken token) =>
        RunAsync(connection, "SELECT note FROM writes WHERE id = $1", 1, token);

    static async Task<int> RunAsync(NpgsqlConnection connection, string sql, long id, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = id } } };
        await command.ExecuteNonQueryAsync(token);
        return connection.Port;
    }
}
