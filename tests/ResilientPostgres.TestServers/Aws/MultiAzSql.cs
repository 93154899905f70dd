namespace ResilientPostgres.TestServers;

/// <summary>The functions of an RDS Multi-AZ DB cluster (the extension <c>rds_tools</c>), modelled on their documentation; not run on AWS.</summary>
static class MultiAzSql
{
    internal const string Functions = """
        CREATE SCHEMA IF NOT EXISTS rds_tools;
        GRANT USAGE ON SCHEMA rds_tools TO PUBLIC;
        CREATE OR REPLACE FUNCTION rds_tools.dbi_resource_id(OUT dbi_resource_id text) LANGUAGE sql STABLE SECURITY DEFINER
            AS $$ SELECT resource_id FROM stub.instances WHERE server_name = stub.self() $$;
        CREATE OR REPLACE FUNCTION rds_tools.multi_az_db_cluster_source_dbi_resource_id(OUT multi_az_db_cluster_source_dbi_resource_id text)
            LANGUAGE sql STABLE SECURITY DEFINER
            AS $$ SELECT resource_id FROM stub.instances WHERE server_name = stub.writer_name() $$;
        CREATE OR REPLACE FUNCTION rds_tools.show_topology(caller text DEFAULT '', OUT id text, OUT endpoint text, OUT port integer)
            RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER
            AS $$ SELECT resource_id, endpoint, port FROM stub.instances WHERE listed $$;
        """;
}
